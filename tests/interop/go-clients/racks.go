package main

import (
	"context"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/dynamic"
)

var (
	crds     = schema.GroupVersionResource{Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions"}
	rackKind = schema.GroupVersionKind{Group: "clients.example.test", Version: "v1", Kind: "Rack"}
	racks    = rackKind.GroupVersion().WithResource("racks")
)

// rackCRD describes racks of a group: units with a default, and a status and a scale of their own.
func rackCRD(group string) *unstructured.Unstructured {
	number := map[string]any{"type": "integer", "format": "int32"}
	properties := map[string]any{
		"spec": map[string]any{"type": "object", "properties": map[string]any{
			"units":    map[string]any{"type": "integer", "default": int64(42)},
			"room":     map[string]any{"type": "string"},
			"replicas": number,
		}},
		"status": map[string]any{"type": "object", "x-kubernetes-preserve-unknown-fields": true, "properties": map[string]any{
			"phase": map[string]any{"type": "string"}, "replicas": number,
		}},
	}
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "apiextensions.k8s.io/v1",
		"kind":       "CustomResourceDefinition",
		"metadata":   map[string]any{"name": "racks." + group},
		"spec": map[string]any{
			"group": group,
			"scope": "Namespaced",
			"names": map[string]any{"plural": "racks", "singular": "rack", "kind": "Rack", "listKind": "RackList"},
			"versions": []any{map[string]any{
				"name": "v1", "served": true, "storage": true,
				"schema": map[string]any{"openAPIV3Schema": map[string]any{"type": "object", "properties": properties}},
				"subresources": map[string]any{
					"status": map[string]any{},
					"scale":  map[string]any{"specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas"},
				},
			}},
		},
	}}
}

// serveRacks makes the kind unless it is there, and waits until it is served.
func (s *session) serveRacks(ctx context.Context, group string) error {
	crd := rackCRD(group)
	_, err := s.dynamic.Resource(crds).Create(ctx, crd, metav1.CreateOptions{})
	if err != nil && !apierrors.IsAlreadyExists(err) {
		return err
	}
	resource := schema.GroupVersionResource{Group: group, Version: "v1", Resource: "racks"}
	return wait.PollUntilContextCancel(ctx, 50*time.Millisecond, true, func(ctx context.Context) (bool, error) {
		_, err := s.dynamic.Resource(resource).Namespace(s.namespace).List(ctx, metav1.ListOptions{Limit: 1})
		if apierrors.IsNotFound(err) {
			return false, nil
		}
		return err == nil, err
	})
}

// racks are the session's own.
func (s *session) racks() dynamic.ResourceInterface {
	return s.dynamic.Resource(racks).Namespace(s.namespace)
}

func rack(name string, spec map[string]any) *unstructured.Unstructured {
	made := &unstructured.Unstructured{Object: map[string]any{"spec": spec}}
	made.SetGroupVersionKind(rackKind)
	made.SetName(name)
	return made
}
