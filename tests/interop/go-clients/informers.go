package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/tools/cache"
)

// typedInformer follows ConfigMaps with a shared informer.
func typedInformer(ctx context.Context, s *session) error {
	maps := s.clients.CoreV1().ConfigMaps(s.namespace)
	make := func(name string) error {
		_, err := maps.Create(ctx, configMap(name, "a", "1"), metav1.CreateOptions{})
		return err
	}
	if err := errors.Join(make("one"), make("two")); err != nil {
		return err
	}
	factory := informers.NewSharedInformerFactoryWithOptions(s.clients, 0, informers.WithNamespace(s.namespace))
	follow, err := s.follow(ctx, factory.Core().V1().ConfigMaps().Informer())
	if err != nil {
		return err
	}
	patch := func() error {
		_, err := maps.Patch(ctx, "one", types.MergePatchType, []byte(`{"data":{"a":"2"}}`), metav1.PatchOptions{})
		return err
	}
	remove := func() error { return maps.Delete(ctx, "two", metav1.DeleteOptions{}) }
	if err := follow.through(ctx, func() error { return make("three") }, patch, remove); err != nil {
		return err
	}
	s.say("reads", s.wire.reads("/api/v1/namespaces/"+s.namespace+"/configmaps"))
	return nil
}

// dynamicInformer follows a custom kind the same way.
func dynamicInformer(ctx context.Context, s *session) error {
	if err := s.serveRacks(ctx, racks.Group); err != nil {
		return err
	}
	make := func(name string) error {
		_, err := s.racks().Create(ctx, rack(name, map[string]any{"room": "a"}), metav1.CreateOptions{})
		return err
	}
	if err := errors.Join(make("one"), make("two")); err != nil {
		return err
	}
	path := fmt.Sprintf("/apis/%s/v1/namespaces/%s/racks", racks.Group, s.namespace)
	before := s.wire.reads(path)["plain lists"]
	factory := dynamicinformer.NewFilteredDynamicSharedInformerFactory(s.dynamic, 0, s.namespace, nil)
	follow, err := s.follow(ctx, factory.ForResource(racks).Informer())
	if err != nil {
		return err
	}
	patch := func() error {
		_, err := s.racks().Patch(ctx, "one", types.MergePatchType, []byte(`{"spec":{"room":"b"}}`), metav1.PatchOptions{})
		return err
	}
	remove := func() error { return s.racks().Delete(ctx, "two", metav1.DeleteOptions{}) }
	if err := follow.through(ctx, func() error { return make("three") }, patch, remove); err != nil {
		return err
	}
	reads := s.wire.reads(path)
	reads["plain lists"] -= before
	s.say("reads", reads)
	return nil
}

// follower is a running informer and the changes that it told.
type follower struct {
	s        *session
	informer cache.SharedIndexInformer
	changes  chan string
}

// follow runs the informer until the scenario ends, and says what it knows once it is in sync.
func (s *session) follow(ctx context.Context, informer cache.SharedIndexInformer) (*follower, error) {
	f := &follower{s: s, informer: informer, changes: make(chan string, 100)}
	_, err := informer.AddEventHandler(cache.ResourceEventHandlerDetailedFuncs{
		AddFunc: func(object any, initial bool) {
			f.changes <- fmt.Sprintf("added %s, initial: %v", nameOf(object), initial)
		},
		UpdateFunc: func(_, object any) { f.changes <- "updated " + nameOf(object) },
		DeleteFunc: func(object any) { f.changes <- "deleted " + nameOf(object) },
	})
	if err != nil {
		return nil, err
	}
	go informer.RunWithContext(ctx)
	if !cache.WaitForCacheSync(ctx.Done(), informer.HasSynced) {
		return nil, errors.New("never in sync")
	}
	first := make([]string, 0, 2)
	for range informer.GetStore().ListKeys() {
		change, err := f.next(ctx)
		if err != nil {
			return nil, err
		}
		first = append(first, change)
	}
	slices.Sort(first)
	s.say("first", first)
	return f, nil
}

func (f *follower) next(ctx context.Context) (string, error) {
	select {
	case change := <-f.changes:
		return change, nil
	case <-ctx.Done():
		return "", fmt.Errorf("no change came: %w", ctx.Err())
	}
}

// through says what each write shows as.
func (f *follower) through(ctx context.Context, writes ...func() error) error {
	for _, write := range writes {
		if err := write(); err != nil {
			return err
		}
		change, err := f.next(ctx)
		if err != nil {
			return err
		}
		f.s.say("change", change)
	}
	known := f.informer.GetStore().ListKeys()
	slices.Sort(known)
	f.s.say("known", known)
	return nil
}

func nameOf(object any) string {
	if gone, is := object.(cache.DeletedFinalStateUnknown); is {
		object = gone.Obj
	}
	about, err := meta.Accessor(object)
	if err != nil {
		return err.Error()
	}
	return about.GetName()
}

func configMap(name string, pairs ...string) *corev1.ConfigMap {
	made := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name}, Data: map[string]string{}}
	for index := 0; index+1 < len(pairs); index += 2 {
		made.Data[pairs[index]] = pairs[index+1]
	}
	return made
}
