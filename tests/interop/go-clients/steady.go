package main

import (
	"errors"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// changing are the fields of metadata that are another at each run.
var changing = []string{"uid", "resourceVersion", "creationTimestamp", "deletionTimestamp", "selfLink"}

// steady is the object without them, in place; of managedFields the times, of owners the uids are left out.
func steady(object map[string]any) map[string]any {
	metadata, _ := object["metadata"].(map[string]any)
	for _, name := range changing {
		if _, there := metadata[name]; there {
			metadata[name] = "SET"
		}
	}
	hide(metadata, "managedFields", "time")
	hide(metadata, "ownerReferences", "uid")
	return object
}

func hide(metadata map[string]any, list, field string) {
	items, _ := metadata[list].([]any)
	for _, item := range items {
		if fields, is := item.(map[string]any); is {
			fields[field] = "SET"
		}
	}
}

func asStatus(err error, status *apierrors.APIStatus) bool {
	return errors.As(err, status)
}
