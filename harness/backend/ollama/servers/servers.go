// Package servers looks, for package preflight, at the Ollama servers that a
// session would measure: their versions, the models on them, what they hold in
// memory.
//
// Servers that answer are asked and left as they are. Where they do not, the
// local binary is started for as long as it takes to ask, on ports of its own,
// and stopped again: what a session would start says nothing until it runs.
package servers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/backend/ollama"
	"github.com/chimeraforge/duet/harness/backend/ollama/process"
	"github.com/chimeraforge/duet/harness/backend/ollama/reuse"
	"github.com/chimeraforge/duet/harness/record"
)

// ErrNone says that nothing can be measured here.
var ErrNone = errors.New("no Ollama server answers and there is no ollama binary")

// Config says which servers a session would measure, and what on them.
type Config struct {
	Endpoints []string // nil: the default ports
	Binary    string   // "": looked for
	ModelsDir string   // of servers that are started; "": the user's
	Models    []string // to be measured
	// Engine says how containers can be had where there is nothing else; nil where
	// nobody looks for them.
	Engine func(context.Context) (how string, err error)
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

// Look finds the servers and asks them. The error is ErrNone when there are
// none; a server that does not answer well has a Problem.
func Look(ctx context.Context, cfg Config) (Found, error) {
	urls := cfg.Endpoints
	if urls == nil {
		urls = reuse.Defaults
	}
	var up []backend.Endpoint
	for i, url := range urls {
		if reuse.Answers(ctx, url) {
			url, _ = reuse.Normalize(url) // it answers, so it is a URL
			up = append(up, backend.Endpoint{ID: fmt.Sprintf("s%d", i+1), URL: url})
		}
	}
	if len(up) == len(urls) {
		f := Found{Kind: reuse.Kind, Why: "both endpoints answer", Servers: ask(ctx, up, cfg.Models)}
		return f, nil
	}
	return start(ctx, cfg, up)
}

// start starts what a session would start, asks it, and stops it.
func start(ctx context.Context, cfg Config, up []backend.Endpoint) (f Found, err error) {
	f = Found{Kind: process.Kind, Why: "no endpoint answers"}
	if len(up) > 0 {
		f.Why = fmt.Sprintf("only %s answers, and two servers are needed", up[0].URL)
	}
	if cfg.Binary == "" {
		var how string
		if cfg.Binary, how, err = process.Find(); err != nil {
			return contained(ctx, cfg, f, up, err)
		}
		f.Why += "; a session starts its own (" + how + ")"
	}
	ports, err := process.FreePorts(2)
	if err != nil {
		return f, err
	}
	b, err := process.Start(ctx, process.Config{Binary: cfg.Binary, ModelsDir: cfg.ModelsDir, Ports: ports})
	if err != nil {
		return f, fmt.Errorf("%s cannot be started: %w", cfg.Binary, err)
	}
	defer func() { err = errors.Join(err, b.Close(context.WithoutCancel(ctx))) }()
	f.Servers = ask(ctx, b.Endpoints(), cfg.Models)
	return f, nil
}

// contained is what is left without a binary: containers, which are not started
// to be asked, since that can take minutes; and one server that is not enough.
func contained(ctx context.Context, cfg Config, f Found, up []backend.Endpoint, none error) (Found, error) {
	f.Servers = ask(ctx, up, cfg.Models)
	if cfg.Engine != nil {
		how, err := cfg.Engine(ctx)
		if err == nil {
			f.Kind = "container"
			f.Why += "; there is no ollama program; " + how
			return f, nil
		}
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
		s.Models = append(s.Models, Model{Model: inEffect(m, held), Wanted: true, Here: true})
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

// inEffect adds what only a model in memory has.
func inEffect(m record.Model, held []backend.Loaded) record.Model {
	for _, l := range held {
		if record.SameModel(l.Name, m.Name) {
			m.Context, m.SizeB, m.VRAMB = l.Context, l.SizeB, l.VRAMB
		}
	}
	return m
}

func wanted(name string, models []string) bool {
	return slices.ContainsFunc(models, func(m string) bool { return record.SameModel(m, name) })
}

// heldCode is a model in memory that is not to be measured.
const heldCode = "other-models"

// OtherModels are the models that servers hold and a session will not unload: they
// take the memory, on the GPU or off it, that the measured ones want.
func (f Found) OtherModels() []record.Finding {
	var out []record.Finding
	for _, s := range f.Servers {
		for _, m := range s.Models {
			if !m.Wanted {
				out = append(out, record.Warn(heldCode, fmt.Sprintf("OLLAMA_HOST=%s ollama stop %s", s.URL, m.Name),
					"%s holds %s in memory, which is not measured", s.URL, m.Name))
			}
		}
	}
	return out
}
