package main

import (
	"context"
	"errors"
	"strconv"
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/util/retry"
)

const writers = 10

// retryOnConflict lets ten writers count one up under optimistic locking.
func retryOnConflict(ctx context.Context, s *session) error {
	maps := s.clients.CoreV1().ConfigMaps(s.namespace)
	if _, err := maps.Create(ctx, configMap("count", "n", "0"), metav1.CreateOptions{}); err != nil {
		return err
	}
	patient := wait.Backoff{Steps: 200, Duration: retry.DefaultRetry.Duration, Jitter: 1}
	failures := make(chan error, writers)
	var all sync.WaitGroup
	for range writers {
		all.Go(func() {
			failures <- retry.RetryOnConflict(patient, func() error {
				found, err := maps.Get(ctx, "count", metav1.GetOptions{})
				if err != nil {
					return err
				}
				number, err := strconv.Atoi(found.Data["n"])
				if err != nil {
					return err
				}
				found.Data["n"] = strconv.Itoa(number + 1)
				_, err = maps.Update(ctx, found, metav1.UpdateOptions{})
				return err
			})
		})
	}
	all.Wait()
	close(failures)
	var failed error
	for err := range failures {
		failed = errors.Join(failed, err)
	}
	if failed != nil {
		return failed
	}
	found, err := maps.Get(ctx, "count", metav1.GetOptions{})
	if err != nil {
		return err
	}
	s.say("counted", found.Data["n"])
	return nil
}

// deleteCollection deletes what a selector selects.
func deleteCollection(ctx context.Context, s *session) error {
	if err := s.fill(ctx, 4); err != nil {
		return err
	}
	maps := s.clients.CoreV1().ConfigMaps(s.namespace)
	err := maps.DeleteCollection(ctx, metav1.DeleteOptions{}, metav1.ListOptions{LabelSelector: "even=yes"})
	if err != nil {
		return err
	}
	left, err := maps.List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	for index := range left.Items {
		s.say("left", left.Items[index].Name)
	}
	return nil
}
