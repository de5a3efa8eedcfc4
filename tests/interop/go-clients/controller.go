package main

import (
	"context"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/wait"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"
)

const finalizer = "clients.example.test/rack"

// rackReconciler keeps a ConfigMap for each Rack, and holds the Rack until it has let that go.
type rackReconciler struct{ client.Client }

func emptyRack() *unstructured.Unstructured {
	made := &unstructured.Unstructured{}
	made.SetGroupVersionKind(rackKind)
	return made
}

func (r *rackReconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	found := emptyRack()
	if err := r.Get(ctx, request.NamespacedName, found); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	before := found.DeepCopy()
	if found.GetDeletionTimestamp() != nil {
		if controllerutil.RemoveFinalizer(found, finalizer) {
			return ctrl.Result{}, client.IgnoreNotFound(r.Patch(ctx, found, client.MergeFrom(before)))
		}
		return ctrl.Result{}, nil
	}
	if controllerutil.AddFinalizer(found, finalizer) {
		return ctrl.Result{}, r.Patch(ctx, found, client.MergeFrom(before))
	}
	owned := &corev1.ConfigMap{}
	owned.Name, owned.Namespace = found.GetName()+"-owned", found.GetNamespace()
	_, err := controllerutil.CreateOrUpdate(ctx, r.Client, owned, func() error {
		room, _, _ := unstructured.NestedString(found.Object, "spec", "room")
		owned.Data = map[string]string{"room": room}
		return controllerutil.SetControllerReference(found, owned, r.Scheme())
	})
	if err != nil {
		return ctrl.Result{}, err
	}
	if err := unstructured.SetNestedField(found.Object, "Ready", "status", "phase"); err != nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, r.Status().Patch(ctx, found, client.MergeFrom(before))
}

// runController lets a manager with a cache bring a Rack up, and finish its deletion.
func runController(ctx context.Context, s *session) error {
	if err := s.serveRacks(ctx, racks.Group); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	mgr, err := ctrl.NewManager(s.config, ctrl.Options{
		Metrics: metricsserver.Options{BindAddress: "0"},
		Cache:   cache.Options{DefaultNamespaces: map[string]cache.Config{s.namespace: {}}},
		Client:  client.Options{Cache: &client.CacheOptions{Unstructured: true}},
	})
	if err != nil {
		return err
	}
	err = ctrl.NewControllerManagedBy(mgr).Named("racks").For(emptyRack()).Owns(&corev1.ConfigMap{}).
		Complete(&rackReconciler{mgr.GetClient()})
	if err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- mgr.Start(ctx) }()
	if err := s.driveRack(ctx); err != nil {
		return err
	}
	cancel()
	return <-ended
}

// driveRack makes a Rack, waits until it is Ready, changes it, and deletes it.
func (s *session) driveRack(ctx context.Context) error {
	direct, err := client.New(s.config, client.Options{})
	if err != nil {
		return err
	}
	own := rack("r1", map[string]any{"room": "a"})
	own.SetNamespace(s.namespace)
	if err := direct.Create(ctx, own); err != nil {
		return err
	}
	if err := s.untilOwned(ctx, direct, "a"); err != nil {
		return err
	}
	before := own.DeepCopy()
	if err := unstructured.SetNestedField(own.Object, "b", "spec", "room"); err != nil {
		return err
	}
	if err := direct.Patch(ctx, own, client.MergeFrom(before)); err != nil {
		return err
	}
	if err := s.untilOwned(ctx, direct, "b"); err != nil {
		return err
	}
	if err := direct.Delete(ctx, own); err != nil {
		return err
	}
	err = wait.PollUntilContextCancel(ctx, 20*time.Millisecond, true, func(ctx context.Context) (bool, error) {
		err := direct.Get(ctx, client.ObjectKeyFromObject(own), own)
		return apierrors.IsNotFound(err), client.IgnoreNotFound(err)
	})
	s.outcome("the rack is gone", err)
	return err
}

// untilOwned waits for the room in the owned ConfigMap and says both objects.
func (s *session) untilOwned(ctx context.Context, reader client.Client, room string) error {
	own, owned := emptyRack(), &corev1.ConfigMap{}
	err := wait.PollUntilContextCancel(ctx, 20*time.Millisecond, true, func(ctx context.Context) (bool, error) {
		if err := reader.Get(ctx, client.ObjectKey{Namespace: s.namespace, Name: "r1"}, own); err != nil {
			return false, err
		}
		err := reader.Get(ctx, client.ObjectKey{Namespace: s.namespace, Name: "r1-owned"}, owned)
		phase, _, _ := unstructured.NestedString(own.Object, "status", "phase")
		return err == nil && owned.Data["room"] == room && phase == "Ready", client.IgnoreNotFound(err)
	})
	if err != nil {
		return err
	}
	own.SetManagedFields(nil)
	owned.SetManagedFields(nil)
	owned.SetGroupVersionKind(schema.GroupVersionKind{Version: "v1", Kind: "ConfigMap"})
	if err := s.object("rack", own); err != nil {
		return err
	}
	return s.object("owned", owned)
}
