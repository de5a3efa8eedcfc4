// Scenarios of stock Go clients (client-go, controller-runtime) on any Kubernetes API: what each does and sees, as JSON lines that
// are the same on every correct server.
//
//	go-clients KUBECONFIG SCENARIO
//	go-clients list
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/klog/v2"
	"sigs.k8s.io/controller-runtime/pkg/log"
)

const (
	within = 45 * time.Second // of a whole scenario
	exitNo = 1
)

var scenarios = map[string]func(context.Context, *session) error{
	"informer":          typedInformer,
	"dynamic-informer":  dynamicInformer,
	"controller":        runController,
	"patches":           patchSpecAndStatus,
	"election":          electLeaders,
	"mapper":            mapKindMadeLater,
	"protobuf":          typedProtobuf,
	"paging":            readInPages,
	"metadata":          metadataOnly,
	"discovery":         discover,
	"reviews":           askForAccess,
	"delete-collection": deleteCollection,
	"bookmarks":         watchWithBookmarks,
	"conflicts":         retryOnConflict,
}

func main() {
	klog.SetLogger(logr.Discard())
	log.SetLogger(logr.Discard())
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(exitNo)
	}
}

func run(args []string, out io.Writer) error {
	if len(args) == 1 && args[0] == "list" {
		return listScenarios(out)
	}
	if len(args) != 2 {
		return errors.New("usage: go-clients KUBECONFIG SCENARIO | list")
	}
	scenario, known := scenarios[args[1]]
	if !known {
		return fmt.Errorf("no scenario %q", args[1])
	}
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	s, err := newSession(ctx, args[0], args[1], out)
	if err != nil {
		return err
	}
	return scenario(ctx, s)
}

func listScenarios(out io.Writer) error {
	names := make([]string, 0, len(scenarios))
	for name := range scenarios {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		fmt.Fprintln(out, name)
	}
	return nil
}
