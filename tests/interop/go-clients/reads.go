package main

import (
	"context"
	"fmt"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/metadata"
)

var configMaps = schema.GroupVersionResource{Version: "v1", Resource: "configmaps"}

// fill makes `count` ConfigMaps, every second one with the label even=yes.
func (s *session) fill(ctx context.Context, count int) error {
	for number := range count {
		made := configMap(fmt.Sprintf("map-%02d", number), "n", fmt.Sprint(number))
		if number%2 == 0 {
			made.Labels = map[string]string{"even": "yes"}
		}
		if _, err := s.clients.CoreV1().ConfigMaps(s.namespace).Create(ctx, made, metav1.CreateOptions{}); err != nil {
			return err
		}
	}
	return nil
}

// readInPages follows continue tokens.
func readInPages(ctx context.Context, s *session) error {
	if err := s.fill(ctx, 7); err != nil {
		return err
	}
	options := metav1.ListOptions{Limit: 3}
	for {
		page, err := s.clients.CoreV1().ConfigMaps(s.namespace).List(ctx, options)
		if err != nil {
			return err
		}
		names := []string{}
		for index := range page.Items {
			names = append(names, page.Items[index].Name)
		}
		s.say("page", map[string]any{"names": names, "left": page.RemainingItemCount, "more": page.Continue != ""})
		if page.Continue == "" {
			break
		}
		options.Continue = page.Continue
	}
	_, err := s.clients.CoreV1().ConfigMaps(s.namespace).List(ctx, metav1.ListOptions{Limit: 3, Continue: "nonsense"})
	s.say("a token that is none", apierrors.ReasonForError(err)) // the sentence is about how a server writes its tokens
	return nil
}

// metadataOnly gets, lists and watches PartialObjectMetadata.
func metadataOnly(ctx context.Context, s *session) error {
	if err := s.fill(ctx, 2); err != nil {
		return err
	}
	about, err := metadata.NewForConfig(s.config)
	if err != nil {
		return err
	}
	maps := about.Resource(configMaps).Namespace(s.namespace)
	one, err := maps.Get(ctx, "map-00", metav1.GetOptions{})
	if err != nil {
		return err
	}
	one.SetManagedFields(nil)
	if err := s.object("get", one); err != nil {
		return err
	}
	list, err := maps.List(ctx, metav1.ListOptions{LabelSelector: "even=yes"})
	if err != nil {
		return err
	}
	for index := range list.Items {
		s.say("listed", list.Items[index].Name)
	}
	changes, err := maps.Watch(ctx, metav1.ListOptions{ResourceVersion: list.ResourceVersion})
	if err != nil {
		return err
	}
	defer changes.Stop()
	if err := maps.Delete(ctx, "map-01", metav1.DeleteOptions{}); err != nil {
		return err
	}
	change := <-changes.ResultChan()
	s.say("watched", map[string]any{"type": change.Type, "name": nameOf(change.Object), "object": fmt.Sprintf("%T", change.Object)})
	return nil
}

// watchWithBookmarks asks for a streaming list, and lets the server end it.
func watchWithBookmarks(ctx context.Context, s *session) error {
	if err := s.fill(ctx, 2); err != nil {
		return err
	}
	yes, seconds := true, int64(2)
	changes, err := s.clients.CoreV1().ConfigMaps(s.namespace).Watch(ctx, metav1.ListOptions{
		SendInitialEvents: &yes, AllowWatchBookmarks: true, TimeoutSeconds: &seconds,
		ResourceVersionMatch: metav1.ResourceVersionMatchNotOlderThan,
	})
	if err != nil {
		return err
	}
	added := []string{}
	ended := false
	for change := range changes.ResultChan() {
		switch change.Type {
		case watch.Added:
			added = append(added, nameOf(change.Object))
		case watch.Bookmark:
			ended = ended || endsInitialEvents(change)
		default:
			return fmt.Errorf("an unexpected %s: %w", change.Type, apierrors.FromObject(change.Object))
		}
	}
	slices.Sort(added)
	s.say("before the server ended it", map[string]any{"added": added, "initial events end": ended})
	return nil
}

func endsInitialEvents(change watch.Event) bool {
	about, is := change.Object.(metav1.ObjectMetaAccessor)
	return is && about.GetObjectMeta().GetAnnotations()[metav1.InitialEventsAnnotationKey] == "true"
}
