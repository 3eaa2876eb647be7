// Package reuse is the backend of servers that somebody else runs: two Ollama
// servers that answer already. It starts nothing and stops nothing.
//
// # Shape
//
//	Answers   does an Ollama answer at this URL?   (for choosing a backend)
//	Start     check two URLs                       (a server.Backend)
//	Distinct  are the two really two?              (once models are loaded)
//
// # When two URLs are one server
//
// Two agents on one server measure a queue, not concurrency, so two addresses
// of one server are refused unless Config.AllowSame. Ollama has no identity to
// ask for, so it takes two looks:
//
//   - At Start, by address: the same port of localhost, 127.0.0.1, ::1 is one
//     server. (Two servers on one port of two loopback addresses would be
//     refused wrongly; give them different ports.)
//   - At Start where models are loaded, and in Distinct after the warm-up, by
//     state: /api/ps says when each loaded model expires, to the nanosecond. The
//     same model expiring at the same nanosecond behind both addresses is one
//     server behind a forwarded port.
//
// A forwarded port is therefore found only once a model is loaded and idle; and
// never where a proxy spreads requests over servers.
package reuse

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/backend/ollama"
)

// Kind is the word that stands beside every number of this backend.
const Kind = "reuse"

// Defaults are the study's addresses: collector, insight.
var Defaults = []string{"http://127.0.0.1:11434", "http://127.0.0.1:11435"}

// ErrSame is two addresses of one server.
var ErrSame = errors.New("both agents would talk to one server")

// probeLimit is how long a server on this machine may take to say its version.
const probeLimit = 2 * time.Second

// Config says which servers to use.
type Config struct {
	URLs      []string // collector, insight; nil: Defaults. The scheme may be left out
	AllowSame bool     // one server for both agents is what is wanted
	One       bool     // and that is the first: what there is to use is server.Both
}

var _ backend.Backend = (*Backend)(nil)

// Backend is two servers that are not ours.
type Backend struct {
	ollama.Servers
	ollama.Cores
	endpoints []backend.Endpoint
	allowSame bool
}

// Start checks that both servers are on this machine, answer, and are two.
func Start(ctx context.Context, cfg Config) (*Backend, error) {
	urls := cfg.URLs
	if urls == nil {
		urls = Defaults
	}
	if len(urls) != 2 {
		return nil, fmt.Errorf("endpoints: %d URLs given, two are needed: collector, insight", len(urls))
	}
	b, names := &Backend{Servers: ollama.Servers{Theirs: true}, allowSame: cfg.AllowSame || cfg.One}, backend.Two
	if cfg.One {
		names = []string{backend.Both}
	}
	for i, id := range names {
		url, err := Normalize(urls[i])
		if err != nil {
			return nil, err
		}
		b.endpoints = append(b.endpoints, backend.Endpoint{ID: id, URL: url})
	}
	if err := b.check(ctx); err != nil {
		return nil, err
	}
	return b, nil
}

func (b *Backend) check(ctx context.Context) error {
	one, two := b.endpoints[0].URL, b.endpoints[len(b.endpoints)-1].URL
	if !b.allowSame && samePort(one, two) {
		return fmt.Errorf("%w: %s and %s", ErrSame, one, two)
	}
	for _, e := range b.endpoints {
		if err := probe(ctx, e.URL, probeLimit); err != nil {
			return fmt.Errorf("no Ollama server answers (%s): %w", e.ID, err)
		}
	}
	return b.Distinct(ctx)
}

// Distinct finds out whether the two addresses are one server, as far as that
// can be seen: see the package comment. The error is ErrSame when they are.
func (b *Backend) Distinct(ctx context.Context) error {
	if b.allowSame {
		return nil
	}
	seen := map[string]bool{}
	for i, e := range b.endpoints {
		loaded, err := ollama.New(e.URL).Ps(ctx)
		if err != nil {
			return err
		}
		for _, l := range loaded {
			key := l.Digest + " " + l.ExpiresAt
			if i > 0 && seen[key] {
				return fmt.Errorf("%w: %s and %s hold the same %s", ErrSame, b.endpoints[0].URL, e.URL, l.Name)
			}
			seen[key] = l.ExpiresAt != ""
		}
	}
	return nil
}

// Kind implements server.Backend.
func (b *Backend) Kind() string { return Kind }

// Endpoints implements server.Backend.
func (b *Backend) Endpoints() []backend.Endpoint { return slices.Clone(b.endpoints) }

// Close implements server.Backend. The servers are not ours to stop.
func (b *Backend) Close(context.Context) error { return nil }

// answersLimit is how long an Answers may take: it is asked before every
// session, of ports that are usually closed.
const answersLimit = 500 * time.Millisecond

// Answers reports whether an Ollama server answers at a URL on this machine.
func Answers(ctx context.Context, url string) bool {
	url, err := Normalize(url)
	return err == nil && probe(ctx, url, answersLimit) == nil
}

func probe(ctx context.Context, url string, limit time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	_, err := ollama.New(url).Version(ctx)
	return err
}
