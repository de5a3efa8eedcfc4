package main

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// patchSpecAndStatus writes as Cluster API's controllers do: two merge patches under a lock, and server-side apply by two managers.
func patchSpecAndStatus(ctx context.Context, s *session) error {
	if err := s.serveRacks(ctx, racks.Group); err != nil {
		return err
	}
	direct, err := client.New(s.config, client.Options{})
	if err != nil {
		return err
	}
	own := rack("r1", map[string]any{"room": "a"})
	own.SetNamespace(s.namespace)
	if err := direct.Create(ctx, own); err != nil {
		return err
	}
	stale := own.DeepCopy()
	if err := s.lockedPatch(ctx, direct, own); err != nil {
		return err
	}
	late := stale.DeepCopy()
	late.SetLabels(map[string]string{"late": "yes"})
	lock := client.MergeFromWithOptions(stale, client.MergeFromWithOptimisticLock{})
	s.outcome("a patch of an old state", direct.Patch(ctx, late, lock))
	return s.applyTwice(ctx)
}

func (s *session) lockedPatch(ctx context.Context, direct client.Client, own *unstructured.Unstructured) error {
	before := own.DeepCopy()
	own.SetLabels(map[string]string{"seen": "yes"})
	lock := client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{})
	if err := direct.Patch(ctx, own, lock); err != nil {
		return err
	}
	before = own.DeepCopy()
	if err := unstructured.SetNestedField(own.Object, "Ready", "status", "phase"); err != nil {
		return err
	}
	lock = client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{})
	if err := direct.Status().Patch(ctx, own, lock); err != nil {
		return err
	}
	return s.object("patched", own)
}

func (s *session) applyTwice(ctx context.Context) error {
	for _, step := range []struct {
		manager, room string
		force         bool
	}{{"first", "b", true}, {"second", "c", false}, {"second", "c", true}} {
		wanted := rack("r1", map[string]any{"room": step.room})
		options := metav1.ApplyOptions{FieldManager: step.manager, Force: step.force}
		got, err := s.racks().Apply(ctx, "r1", wanted, options)
		s.outcome("apply by "+step.manager, err)
		if err == nil {
			if err := s.object("applied", got); err != nil {
				return err
			}
		}
	}
	status := rack("r1", nil)
	delete(status.Object, "spec")
	status.Object["status"] = map[string]any{"phase": "Full"}
	got, err := s.racks().ApplyStatus(ctx, "r1", status, metav1.ApplyOptions{FieldManager: "third", Force: true})
	if err != nil {
		return err
	}
	return s.object("status applied", got)
}
