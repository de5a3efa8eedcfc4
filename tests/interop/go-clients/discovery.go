package main

import (
	"context"
	"slices"

	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client/apiutil"
)

// mapKindMadeLater asks one lazy mapper for a kind before and after it is made.
func mapKindMadeLater(ctx context.Context, s *session) error {
	web, err := rest.HTTPClientFor(s.config)
	if err != nil {
		return err
	}
	mapper, err := apiutil.NewDynamicRESTMapper(s.config, web)
	if err != nil {
		return err
	}
	late := schema.GroupKind{Group: "late.example.test", Kind: "Rack"}
	_, err = mapper.RESTMapping(late, "v1")
	s.say("before", meta.IsNoMatchError(err))
	if err := s.serveRacks(ctx, late.Group); err != nil {
		return err
	}
	found, err := mapper.RESTMapping(late, "v1")
	if err != nil {
		return err
	}
	s.say("after", map[string]any{"resource": found.Resource.String(), "scope": found.Scope.Name()})
	return nil
}

// discover lists what is served of a few groups, from the aggregated documents and from the ones before them.
func discover(_ context.Context, s *session) error {
	for _, legacy := range []bool{false, true} {
		finder := s.clients.DiscoveryClient
		finder.UseLegacyDiscovery = legacy
		_, lists, err := finder.ServerGroupsAndResources()
		if err != nil {
			return err
		}
		for _, version := range []string{"v1", "coordination.k8s.io/v1", "apiextensions.k8s.io/v1"} {
			s.say(version, sharedResources(lists, version))
		}
	}
	return nil
}

// compared are the resources that the plane serves of the groups compared; kube-apiserver has many more.
var compared = []string{
	"configmaps", "events", "namespaces", "nodes", "secrets", "serviceaccounts", "leases", "customresourcedefinitions",
}

func sharedResources(lists []*metav1.APIResourceList, version string) []map[string]any {
	var found []map[string]any
	for _, list := range lists {
		if list.GroupVersion != version {
			continue
		}
		for _, one := range list.APIResources {
			if slices.Contains(compared, one.Name) {
				verbs := slices.Sorted(slices.Values(one.Verbs))
				found = append(found, map[string]any{
					"name": one.Name, "kind": one.Kind, "namespaced": one.Namespaced, "verbs": verbs, "short": one.ShortNames,
				})
			}
		}
	}
	slices.SortFunc(found, func(a, b map[string]any) int {
		if a["name"].(string) < b["name"].(string) {
			return -1
		}
		return 1
	})
	return found
}

// askForAccess sends the reviews of oneself.
func askForAccess(ctx context.Context, s *session) error {
	review := &authorizationv1.SelfSubjectAccessReview{Spec: authorizationv1.SelfSubjectAccessReviewSpec{
		ResourceAttributes: &authorizationv1.ResourceAttributes{Namespace: s.namespace, Verb: "create", Resource: "secrets"},
	}}
	access, err := s.clients.AuthorizationV1().SelfSubjectAccessReviews().Create(ctx, review, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	s.say("allowed", access.Status.Allowed)
	who := &authenticationv1.SelfSubjectReview{}
	self, err := s.clients.AuthenticationV1().SelfSubjectReviews().Create(ctx, who, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	s.say("groups", slices.Sorted(slices.Values(self.Status.UserInfo.Groups)))
	return nil
}
