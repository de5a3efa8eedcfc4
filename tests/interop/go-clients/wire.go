package main

import (
	"mime"
	"net/http"
	"sync"
)

// wire notes the requests that clients really send.
type wire struct {
	mu       sync.Mutex
	requests []request
}

type request struct {
	method, path, accept, sent, got string
	watch, streamingList, bookmarks bool
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func (w *wire) wrap(next http.RoundTripper) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		query := r.URL.Query()
		seen := request{
			method: r.Method, path: r.URL.Path, accept: r.Header.Get("Accept"), sent: r.Header.Get("Content-Type"),
			watch:         query.Get("watch") != "",
			streamingList: query.Get("sendInitialEvents") == "true",
			bookmarks:     query.Get("allowWatchBookmarks") == "true",
		}
		answer, err := next.RoundTrip(r)
		if err == nil {
			seen.got, _, _ = mime.ParseMediaType(answer.Header.Get("Content-Type"))
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		w.requests = append(w.requests, seen)
		return answer, err
	})
}

// of are the requests so far that match.
func (w *wire) of(matches func(request) bool) []request {
	w.mu.Lock()
	defer w.mu.Unlock()
	var found []request
	for _, one := range w.requests {
		if matches(one) {
			found = append(found, one)
		}
	}
	return found
}

// reads counts how a collection was read: by streaming lists, and by plain ones.
func (w *wire) reads(path string) map[string]int {
	return map[string]int{
		"streaming lists": len(w.of(func(r request) bool { return r.path == path && r.streamingList })),
		"plain lists":     len(w.of(func(r request) bool { return r.path == path && r.method == http.MethodGet && !r.watch })),
	}
}
