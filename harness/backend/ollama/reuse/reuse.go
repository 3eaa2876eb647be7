// Package reuse is the backend of servers that somebody else runs: Ollama servers
// that answer already. It starts nothing and stops nothing.
//
// # Shape
//
//	Answers   does an Ollama answer at this URL?   (for choosing a backend)
//	Start     check their URLs                     (a backend.Backend)
//	Distinct  are they really as many?             (once models are loaded)
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
	"strings"
	"time"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/backend/ollama"
)

// Kind is the word that stands beside every number of this backend.
const Kind = "reuse"

// firstPort is Ollama's own; the study's second server had the next one.
const firstPort = 11434

// ErrSame is two addresses of one server.
var ErrSame = errors.New("agents that are to have servers of their own would talk to one")

// probeLimit is how long a server on this machine may take to say its version.
const probeLimit = 2 * time.Second

// Config says which servers to use.
type Config struct {
	URLs      []string // one for each server, and more are left alone; nil: from Ollama's own port on. The scheme may be left out
	Servers   []string // their names; nil: two, s1 and s2
	AllowSame bool     // several names for one server are what is wanted
}

var _ backend.Backend = (*Backend)(nil)

// Backend is servers that are not ours.
type Backend struct {
	ollama.Servers
	ollama.Cores
	endpoints []backend.Endpoint
	allowSame bool
}

// Usual are the addresses of n servers where nobody says: Ollama's own port, and
// those after it.
func Usual(n int) []string {
	var out []string
	for i := range n {
		out = append(out, fmt.Sprintf("http://127.0.0.1:%d", firstPort+i))
	}
	return out
}

// Start checks that the servers are on this machine, answer, and are as many as
// they are called.
func Start(ctx context.Context, cfg Config) (*Backend, error) {
	if cfg.Servers == nil {
		cfg.Servers = backend.Names(backend.Each(2))
	}
	urls := cfg.URLs
	if urls == nil {
		urls = Usual(len(cfg.Servers))
	}
	if len(urls) < len(cfg.Servers) {
		return nil, fmt.Errorf("endpoints: %d URLs given, and there are to be %d servers", len(urls), len(cfg.Servers))
	}
	b := &Backend{Servers: ollama.Servers{Theirs: true}, allowSame: cfg.AllowSame}
	for i, id := range cfg.Servers {
		url, err := backend.Address(urls[i])
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
	for i, e := range b.endpoints {
		for _, other := range b.endpoints[:i] {
			if !b.allowSame && samePort(other.URL, e.URL) {
				return fmt.Errorf("%w: %s and %s", ErrSame, other.URL, e.URL)
			}
		}
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
	seen := map[string]string{} // the server that holds it, by what it holds
	for _, e := range b.endpoints {
		loaded, err := b.Loaded(ctx, e.URL)
		if err != nil {
			return err
		}
		for _, l := range loaded {
			key := l.Digest + " " + l.ExpiresAt
			if other := seen[key]; other != "" && other != e.URL {
				return fmt.Errorf("%w: %s and %s hold the same %s until the same moment, %s; if they are two all the same, or one is meant, say -duet.same=true",
					ErrSame, other, e.URL, l.Name, l.ExpiresAt)
			}
			if tells(l.ExpiresAt) {
				seen[key] = e.URL
			}
		}
	}
	return nil
}

// tells reports whether a moment at which a model is unloaded tells servers apart.
// Ollama's is this moment and its keep-alive; servers that imitate it say the same
// year, long gone or decades away, wherever they run.
func tells(expires string) bool {
	at, err := time.Parse(time.RFC3339Nano, expires)
	return err == nil && time.Until(at).Abs() < 366*24*time.Hour
}

// Kind implements backend.Backend.
func (b *Backend) Kind() string { return Kind }

// Endpoints implements backend.Backend.
func (b *Backend) Endpoints() []backend.Endpoint { return slices.Clone(b.endpoints) }

// Close implements backend.Backend. The servers are not ours to stop.
func (b *Backend) Close(context.Context) error { return nil }

// answersLimit is how long an Answers may take: it is asked before every
// session, of ports that are usually closed.
const answersLimit = 500 * time.Millisecond

// Answers reports whether an Ollama server answers at a URL on this machine.
func Answers(ctx context.Context, url string) bool {
	url, err := backend.Address(url)
	return err == nil && probe(ctx, url, answersLimit) == nil
}

func probe(ctx context.Context, url string, limit time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	_, err := ollama.New(url).Version(ctx)
	return err
}

// samePort reports whether two normalized addresses have the same port. All of
// a machine's loopback addresses lead to the server that listens on it.
func samePort(a, b string) bool {
	return a[strings.LastIndexByte(a, ':'):] == b[strings.LastIndexByte(b, ':'):]
}

func init() {
	backend.Register(backend.Driver{
		Kind: Kind, Open: open, Check: check, Existing: true,
		Next: "; start them, or let duet start its own (-duet.servers=process, or container)",
	})
}

func open(ctx context.Context, c backend.Config) (backend.Backend, error) {
	b, err := Start(ctx, Config{URLs: c.Endpoints, Servers: backend.Names(c.Servers), AllowSame: c.Same})
	if err != nil {
		return nil, err // and no backend, instead of one that is nil
	}
	return b, nil
}

func check(c backend.Config) error {
	if len(c.Topology) > 1 {
		return errors.New("-duet.topology=two,one: servers that run already are one or the other; " +
			"choose one, or let duet start them (-duet.servers=process)")
	}
	return nil
}
