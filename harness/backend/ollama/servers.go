package ollama

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
)

// Servers are the abilities of a back end whose servers speak Ollama's API. Every
// such back end embeds it. Its zero value is ready.
type Servers struct {
	Transport func() *http.Transport // nil: the network
	Theirs    bool                   // the servers are not the session's, and stay
	Simulated bool                   // a name is all there is to a model
}

var (
	_ backend.Loader    = Servers{}
	_ backend.Unloader  = Servers{}
	_ backend.Describer = Servers{}
	_ backend.Provider  = Servers{}
	_ backend.Diagnoser = Servers{}
	_ backend.Reducer   = Servers{}
	_ backend.Releaser  = Servers{}
)

// Synthetic makes models of duet's own on a server. Package synthetic, where a
// build imports it, is one: it is a library for model files that nobody needs who
// measures a simulator.
var Synthetic interface {
	Registered(ctx context.Context, url, model string) (bool, error)
	Register(ctx context.Context, url, model string) error
}

var errNoSynthetic = errors.New("synthetic models (-duet.models=tiny) on servers that are not duet's simulator need a build that can make them: make bench TAGS=ollama, or go test -tags ollama")

// synthetic reports whether a model is one to be made, and whether it can be.
func (s Servers) synthetic(model string) (bool, error) {
	if s.Simulated || !plan.IsSynthetic(model) {
		return false, nil
	}
	if Synthetic == nil {
		return true, errNoSynthetic
	}
	return true, nil
}

func (s Servers) client(url string) *Client {
	c := New(url)
	if s.Transport != nil {
		c.Via(s.Transport())
	}
	return c
}

// Load implements backend.Loader.
func (s Servers) Load(ctx context.Context, url, model, prompt string, opts record.Options) (backend.Warm, error) {
	return s.client(url).Generate(ctx, model, prompt, opts, backend.KeepAlive)
}

// Loaded implements backend.Unloader.
func (s Servers) Loaded(ctx context.Context, url string) ([]backend.Loaded, error) {
	return s.client(url).Ps(ctx)
}

// Unload implements backend.Unloader.
func (s Servers) Unload(ctx context.Context, url, model string) error {
	return s.client(url).Unload(ctx, model)
}

// SameModel implements backend.Unloader.
func (s Servers) SameModel(a, b string) bool { return SameName(a, b) }

// Describe implements backend.Describer.
func (s Servers) Describe(ctx context.Context, id, url, model string, layers int) (record.Server, error) {
	d, err := s.client(url).Describe(ctx, id, model)
	if err == nil && RequireGPU {
		err = onGPU(*d.Model, layers)
	}
	return d, err
}

// Has implements backend.Provider.
func (s Servers) Has(ctx context.Context, url, model string) (bool, error) {
	if own, err := s.synthetic(model); own {
		if err != nil {
			return false, err
		}
		return Synthetic.Registered(ctx, url, model)
	}
	_, err := s.client(url).Show(ctx, model)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// Provide implements backend.Provider: what is not there is pulled.
func (s Servers) Provide(ctx context.Context, url, model string, note func(string)) error {
	if own, err := s.synthetic(model); own {
		if err != nil {
			return err
		}
		return Synthetic.Register(ctx, url, model)
	}
	if has, err := s.Has(ctx, url, model); has || err != nil {
		return err
	}
	last := ""
	err := s.client(url).Pull(ctx, model, func(status string, done, total int64) {
		text := status
		if total > 0 {
			text = fmt.Sprintf("%s %d %%", status, done*100/total)
		}
		if text != last {
			note(text)
			last = text
		}
	})
	if err == nil {
		return nil
	}
	command := "ollama pull " + model
	if s.Theirs {
		command = "OLLAMA_HOST=" + url + " " + command
	}
	return fmt.Errorf("model %s is not there and cannot be pulled: %w; pull it yourself (%s), "+
		"choose others (-duet.models=name,name), or use the synthetic ones (-duet.models=tiny)", model, err, command)
}

// Release implements backend.Releaser.
func (s Servers) Release(url, model string) string {
	return fmt.Sprintf("OLLAMA_HOST=%s ollama stop %s", url, model)
}
