package process

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/backend/ollama"
	"github.com/chimeraforge/duet/harness/backend/ollama/reuse"
	"github.com/chimeraforge/duet/harness/record"
)

// What there is on this machine to measure, in this order: servers that answer, the
// local program, and containers, which add an engine to what can go wrong.

// Containers reports how containers can be had on this machine. Package container
// sets it where it is imported: its library is a hundred packages, and nobody who has
// no use for it should compile them.
var Containers func(context.Context) (how string, err error)

// Auto is what the setting "auto" follows: a backend.Finder.
func Auto(ctx context.Context, c backend.Config) (kind, why string, err error) {
	one := slices.Equal(c.Topology, []string{record.TopologyOne})
	if one && answer(ctx, reuse.Usual(1)) {
		return reuse.Kind, "port 11434 answers", nil
	}
	ports, silent := said(len(c.Servers))
	if !one && len(c.Topology) == 1 && answer(ctx, reuse.Usual(len(c.Servers))) {
		return reuse.Kind, ports + " answer", nil
	}
	_, how, none := Find()
	if none == nil {
		return Kind, silent + "; ollama found: " + how, nil
	}
	how, none = containers(ctx)
	if none == nil {
		return "container", silent + "; there is no ollama program; " + how, nil
	}
	return "", "", fmt.Errorf("no Ollama: %s, there is no ollama program, and no containers (%w); "+
		"install Ollama from ollama.com, or start servers, or run `make test` once, which builds one", silent, none)
}

// said are the ports of n servers, and that nobody answers there.
func said(n int) (ports, silent string) {
	switch n {
	case 1:
		return "port 11434", "port 11434 does not answer"
	case 2:
		return "ports 11434 and 11435", "ports 11434 and 11435 do not both answer"
	}
	ports = fmt.Sprintf("ports 11434 to %d", 11434+n-1)
	return ports, ports + " do not all answer"
}

func answer(ctx context.Context, urls []string) bool {
	return !slices.ContainsFunc(urls, func(u string) bool { return !reuse.Answers(ctx, u) })
}

var errNoContainers = errors.New("this build has none")

func containers(ctx context.Context) (how string, err error) {
	if Containers == nil {
		return "", errNoContainers
	}
	return Containers(ctx)
}

// ErrNone says that nothing can be measured here.
var ErrNone = errors.New("no Ollama server answers and there is no ollama binary")

// Sought says which servers a session would measure, and what on them.
type Sought struct {
	Endpoints []string // nil: the usual ports of two
	Binary    string   // "": looked for
	ModelsDir string   // of servers that are started; "": the user's
	Models    []string // to be measured
}

// Found is what there is to measure.
type Found struct {
	Kind    string   // reuse or process: where a session would take its servers from
	Why     string   // in a few words
	Servers []Server // that were asked
}

// Server is one server.
type Server struct {
	ID, URL, Version string
	Models           []Model  // those to be measured, then what else it holds in memory
	Others           []string // other models on its disk
	Problem          string   // why it could not be asked
}

// Model is a model with what its server says of it.
type Model struct {
	record.Model
	Wanted bool // it is to be measured
	Here   bool // it is on the server's disk
}

// askLimit is how long a server may take to answer all questions.
const askLimit = 20 * time.Second

// Look finds the servers that a session would measure and asks them: their versions,
// the models on them, what they hold in memory. Servers that answer are left as they
// are. Where they do not, the local program is started for as long as it takes to
// ask, on ports of its own: what a session would start says nothing until it runs.
//
// The error is ErrNone when there are none; a server that does not answer well has a
// Problem.
func Look(ctx context.Context, what Sought) (Found, error) {
	urls := what.Endpoints
	if urls == nil {
		urls = reuse.Usual(2)
	}
	var up []backend.Endpoint
	for i, url := range urls {
		if reuse.Answers(ctx, url) {
			url, _ = backend.Address(url) // it answers, so it is a URL
			up = append(up, backend.Endpoint{ID: fmt.Sprintf("s%d", i+1), URL: url})
		}
	}
	f := Found{Kind: reuse.Kind, Why: answering(up, len(urls))}
	if len(up) == len(urls) {
		f.Servers = ask(ctx, up, what.Models)
		return f, nil
	}
	return what.start(ctx, f, up, len(urls))
}

// answering says which of n endpoints do.
func answering(up []backend.Endpoint, n int) string {
	switch {
	case len(up) == 0:
		return "no endpoint answers"
	case len(up) == n && n == 1:
		return "the endpoint answers"
	case len(up) == n && n == 2:
		return "both endpoints answer"
	case len(up) == n:
		return fmt.Sprintf("all %d endpoints answer", n)
	case n == 2:
		return fmt.Sprintf("only %s answers, and two servers are needed", up[0].URL)
	}
	return fmt.Sprintf("only %d of %d endpoints answer", len(up), n)
}

// start starts what a session would start, asks it, and stops it.
func (what Sought) start(ctx context.Context, f Found, up []backend.Endpoint, n int) (_ Found, err error) {
	f.Kind = Kind
	if what.Binary == "" {
		var how string
		if what.Binary, how, err = Find(); err != nil {
			return what.contained(ctx, f, up, err)
		}
		f.Why += "; a session starts its own (" + how + ")"
	}
	ports, err := FreePorts(n)
	if err != nil {
		return f, err
	}
	b, err := Start(ctx, Config{Binary: what.Binary, Servers: backend.Each(n), ModelsDir: what.ModelsDir, Ports: ports})
	if err != nil {
		return f, fmt.Errorf("%s cannot be started: %w", what.Binary, err)
	}
	defer func() { err = errors.Join(err, b.Close(context.WithoutCancel(ctx))) }()
	f.Servers = ask(ctx, b.Endpoints(), what.Models)
	return f, nil
}

// contained is what is left without a program: containers, which are not started to
// be asked, since that can take minutes; and servers that are not enough.
func (what Sought) contained(ctx context.Context, f Found, up []backend.Endpoint, none error) (Found, error) {
	f.Servers = ask(ctx, up, what.Models)
	how, err := containers(ctx)
	if err == nil {
		f.Kind, f.Why = "container", f.Why+"; there is no ollama program; "+how
		return f, nil
	}
	if err != errNoContainers {
		none = errors.Join(none, err)
	}
	if f.Kind = ""; len(up) > 0 {
		f.Kind = reuse.Kind
	}
	return f, fmt.Errorf("%w: %w", ErrNone, none)
}

func ask(ctx context.Context, endpoints []backend.Endpoint, models []string) []Server {
	var out []Server
	for _, ep := range endpoints {
		s := Server{ID: ep.ID, URL: ep.URL}
		if err := s.ask(ctx, models); err != nil {
			s.Problem = err.Error()
		}
		out = append(out, s)
	}
	return out
}

func (s *Server) ask(ctx context.Context, models []string) (err error) {
	ctx, cancel := context.WithTimeout(ctx, askLimit)
	defer cancel()
	c := ollama.New(s.URL)
	if s.Version, err = c.Version(ctx); err != nil {
		return err
	}
	held, err := c.Ps(ctx)
	if err != nil {
		return err
	}
	for _, name := range models {
		m, err := c.Show(ctx, name)
		switch {
		case errors.Is(err, ollama.ErrNotFound):
			s.Models = append(s.Models, Model{Model: record.Model{Name: name}, Wanted: true})
			continue
		case err != nil:
			return err
		}
		ollama.InEffect(&m, held)
		s.Models = append(s.Models, Model{Model: m, Wanted: true, Here: true})
	}
	for _, l := range held {
		if !wanted(l.Name, models) {
			s.Models = append(s.Models, Model{Model: l.Model, Here: true})
		}
	}
	tags, err := c.Tags(ctx)
	for _, t := range tags {
		if !wanted(t.Name, models) {
			s.Others = append(s.Others, t.Name)
		}
	}
	return err
}

func wanted(name string, models []string) bool {
	return slices.ContainsFunc(models, func(m string) bool { return record.SameModel(m, name) })
}

// OtherModels are the models that servers hold and a session will not unload: they
// take the memory, on the GPU or off it, that the measured ones want.
func (f Found) OtherModels() []record.Finding {
	var out []record.Finding
	for _, s := range f.Servers {
		for _, m := range s.Models {
			if !m.Wanted {
				out = append(out, record.Warn("other-models", ollama.Servers{}.Release(s.URL, m.Name),
					"%s holds %s in memory, which is not measured", s.URL, m.Name))
			}
		}
	}
	return out
}
