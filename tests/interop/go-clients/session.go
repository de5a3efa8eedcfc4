package main

import (
	"context"
	"encoding/json"
	"io"
	"sync"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// session is what a scenario works with: clients of one server, a namespace of its own, and where its lines go.
type session struct {
	config    *rest.Config
	clients   *kubernetes.Clientset
	dynamic   *dynamic.DynamicClient
	wire      *wire
	namespace string

	mu  sync.Mutex
	out *json.Encoder
}

func newSession(ctx context.Context, kubeconfig, scenario string, out io.Writer) (*session, error) {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, err
	}
	config.QPS, config.Burst = 1000, 1000
	seen := &wire{}
	config.Wrap(seen.wrap)
	clients, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	loose, err := dynamic.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	s := &session{config: config, clients: clients, dynamic: loose, wire: seen, namespace: "go-" + scenario, out: json.NewEncoder(out)}
	own := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: s.namespace}}
	_, err = clients.CoreV1().Namespaces().Create(ctx, own, metav1.CreateOptions{})
	return s, err
}

// say prints one line: what was done or seen, and the value.
func (s *session) say(what string, value any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.out.Encode(map[string]any{"what": what, "value": value}); err != nil {
		panic(err) // a value of ours that is no JSON
	}
}

// object prints an object without what is another at each run.
func (s *session) object(what string, object runtime.Object) error {
	fields, err := runtime.DefaultUnstructuredConverter.ToUnstructured(object)
	if err != nil {
		return err
	}
	s.say(what, steady(fields))
	return nil
}

// outcome prints how a request ended: its reason, code and message if it was refused.
func (s *session) outcome(what string, err error) {
	if err == nil {
		s.say(what, "done")
		return
	}
	if status := apierrors.APIStatus(nil); asStatus(err, &status) {
		refused := status.Status()
		s.say(what, map[string]any{"reason": refused.Reason, "code": refused.Code, "message": refused.Message})
		return
	}
	s.say(what, err.Error())
}
