package main

import (
	"context"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// typedProtobuf creates, updates, reads and deletes typed objects, whose bodies are protobuf.
func typedProtobuf(ctx context.Context, s *session) error {
	config := rest.CopyConfig(s.config)
	config.ContentType = runtime.ContentTypeProtobuf
	config.AcceptContentTypes = runtime.ContentTypeProtobuf + "," + runtime.ContentTypeJSON
	direct, err := client.New(config, client.Options{Scheme: scheme.Scheme})
	if err != nil {
		return err
	}
	for _, object := range s.typedObjects() {
		if err := s.cycle(ctx, direct, object); err != nil {
			return err
		}
	}
	protobuf := s.wire.of(func(r request) bool { return strings.Contains(r.sent, "protobuf") })
	s.say("bodies in protobuf", len(protobuf))
	return nil
}

func (s *session) cycle(ctx context.Context, direct client.Client, object client.Object) error {
	if err := direct.Create(ctx, object); err != nil {
		return err
	}
	object.SetLabels(map[string]string{"written": "twice"})
	if err := direct.Update(ctx, object); err != nil {
		return err
	}
	if err := direct.Get(ctx, client.ObjectKeyFromObject(object), object); err != nil {
		return err
	}
	object.SetManagedFields(nil)
	kinds, _, err := scheme.Scheme.ObjectKinds(object)
	if err != nil {
		return err
	}
	if err := s.object(kinds[0].String(), object); err != nil {
		return err
	}
	if slices.Contains([]string{"Namespace"}, kinds[0].Kind) {
		return nil // only a namespace controller, which a lone kube-apiserver has not, would finish its deletion
	}
	return direct.Delete(ctx, object)
}

func (s *session) typedObjects() []client.Object {
	named := func(name string) metav1.ObjectMeta { return metav1.ObjectMeta{Namespace: s.namespace, Name: name} }
	replicas, holder, seconds, labels := int32(2), "me", int32(15), map[string]string{"app": "a"}
	pod := corev1.PodTemplateSpec{
		ObjectMeta: metav1.ObjectMeta{Labels: labels},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "main", Image: "example.test/a:1", Args: []string{"--a"}}}},
	}
	return []client.Object{
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: s.namespace + "-other"}},
		&corev1.Secret{ObjectMeta: named("secret"), Data: map[string][]byte{"a": {0, 255}}, StringData: map[string]string{"b": "c"}},
		&corev1.ConfigMap{ObjectMeta: named("map"), Data: map[string]string{"a": "é"}, BinaryData: map[string][]byte{"b": {0, 255}}},
		&corev1.ServiceAccount{ObjectMeta: named("account")},
		&corev1.Event{
			ObjectMeta: named("event"), Reason: "Tried", Message: "it", Type: "Normal", Count: 3,
			InvolvedObject: corev1.ObjectReference{Kind: "ConfigMap", Namespace: s.namespace, Name: "map", APIVersion: "v1"},
		},
		&coordinationv1.Lease{
			ObjectMeta: named("lease"), Spec: coordinationv1.LeaseSpec{HolderIdentity: &holder, LeaseDurationSeconds: &seconds},
		},
		&corev1.Node{
			ObjectMeta: metav1.ObjectMeta{Name: "go-node"},
			Spec:       corev1.NodeSpec{Taints: []corev1.Taint{{Key: "a", Effect: corev1.TaintEffectNoSchedule}}},
		},
		&appsv1.Deployment{
			ObjectMeta: named("deployment"),
			Spec:       appsv1.DeploymentSpec{Replicas: &replicas, Selector: &metav1.LabelSelector{MatchLabels: labels}, Template: pod},
		},
		&rbacv1.Role{
			ObjectMeta: named("role"),
			Rules:      []rbacv1.PolicyRule{{APIGroups: []string{""}, Resources: []string{"secrets"}, Verbs: []string{"get"}}},
		},
	}
}
