package main

import (
	"context"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/leaderelection"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
)

// electLeaders lets two candidates hand a Lease over.
func electLeaders(ctx context.Context, s *session) error {
	led := make(chan string, 2)
	stops := map[string]context.CancelFunc{}
	for _, name := range []string{"first", "second"} {
		candidate, cancel := context.WithCancel(ctx)
		defer cancel()
		stops[name] = cancel
		elector, err := s.elector(name, led)
		if err != nil {
			return err
		}
		go elector.Run(candidate)
		if name == "first" {
			if err := s.sayLeader(ctx, led); err != nil {
				return err
			}
		}
	}
	stops["first"]()
	if err := s.sayLeader(ctx, led); err != nil {
		return err
	}
	lease, err := s.clients.CoordinationV1().Leases(s.namespace).Get(ctx, "lead", metav1.GetOptions{})
	if err != nil {
		return err
	}
	s.say("lease", map[string]any{
		"holder": *lease.Spec.HolderIdentity, "seconds": *lease.Spec.LeaseDurationSeconds,
		"acquired": !lease.Spec.AcquireTime.IsZero(), "transitions": *lease.Spec.LeaseTransitions > 0,
	})
	return nil
}

func (s *session) sayLeader(ctx context.Context, led <-chan string) error {
	select {
	case name := <-led:
		s.say("leader", name)
		return nil
	case <-ctx.Done():
		return fmt.Errorf("nobody leads: %w", ctx.Err())
	}
}

func (s *session) elector(name string, led chan<- string) (*leaderelection.LeaderElector, error) {
	return leaderelection.NewLeaderElector(leaderelection.LeaderElectionConfig{
		Lock: &resourcelock.LeaseLock{
			LeaseMeta:  metav1.ObjectMeta{Name: "lead", Namespace: s.namespace},
			Client:     s.clients.CoordinationV1(),
			LockConfig: resourcelock.ResourceLockConfig{Identity: name},
		},
		LeaseDuration: 3 * time.Second, RenewDeadline: 2 * time.Second, RetryPeriod: 200 * time.Millisecond,
		ReleaseOnCancel: true,
		Callbacks: leaderelection.LeaderCallbacks{
			OnStartedLeading: func(context.Context) { led <- name },
			OnStoppedLeading: func() {},
		},
	})
}
