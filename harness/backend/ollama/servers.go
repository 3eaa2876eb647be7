package ollama

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"strings"

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
var Synthetic *Maker

// Maker makes models on a server, and knows which it has made.
type Maker struct {
	Registered func(ctx context.Context, url, model string) (bool, error)
	Register   func(ctx context.Context, url, model string) error
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
func (s Servers) SameModel(a, b string) bool { return record.SameModel(a, b) }

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

// Words by which Ollama and what it runs on say that a model does not fit, or
// does not load. They are not an interface, and a version may change them: a
// failure that is not recognised is a failed call, with all it said.
var (
	noMemory = []string{
		"out of memory", "more system memory", "insufficient memory", "cudamalloc failed", "memory layout cannot be allocated",
		"unable to allocate", "failed to allocate",
	}
	noLoad = []string{"runner process has terminated", "unable to load model", "error loading model", "failed to load model"}
)

// Diagnose implements backend.Diagnoser.
func (s Servers) Diagnose(err error) string {
	text := strings.ToLower(err.Error())
	has := func(words []string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
	}
	switch {
	case errors.Is(err, errNotOnGPU):
		return record.NotOnGPU
	case has(noMemory):
		return record.OutOfMemory
	case has(noLoad):
		return record.LoadFailed
	}
	return ""
}

// RequireGPU refuses models that are not wholly on a GPU. A build with the tag gpu
// sets it.
var RequireGPU bool

// errNotOnGPU is a model that RequireGPU does not let be measured.
var errNotOnGPU = errors.New("not wholly on the GPU")

// onGPU refuses a model that is not wholly in VRAM, unless fewer layers were asked
// for than it has: then it cannot be, and is not meant to. A part must be there
// all the same.
func onGPU(m record.Model, layers int) error {
	split := layers > 0 && layers < m.Layers
	switch {
	case m.SizeB == nil || m.VRAMB == nil:
		return fmt.Errorf("-tags gpu: the server does not say where %s is (/api/ps)", m.Name)
	case *m.VRAMB >= *m.SizeB || split && *m.VRAMB > 0:
		return nil
	}
	of := ""
	if m.Layers > 0 {
		of = fmt.Sprintf(" of the model's %d", m.Layers)
	}
	return fmt.Errorf("-tags gpu: %s is %w: %d layers%s asked for, %d of %d bytes in VRAM; use -tags ollama to measure it anyway",
		m.Name, errNotOnGPU, layers, of, *m.VRAMB, *m.SizeB)
}

// leastContext is the shortest context that is tried: a prompt and a short
// reply.
const leastContext = 256

// mostModels is how many smaller models are tried.
const mostModels = 2

// Below implements backend.Reducer, in the order of the study's plan: a lower
// context, then fewer layers at the lowest context, then a smaller model with the
// options that were asked for.
func (s Servers) Below(ctx context.Context, url string, asked record.Try) []record.Try {
	out := lowerContext(asked)
	lowest := asked
	if len(out) > 0 {
		lowest = out[len(out)-1]
	}
	client := s.client(url)
	if m, err := client.Show(ctx, asked.Model); err == nil {
		out = append(out, fewerLayers(lowest, m.Layers)...)
	}
	stored, _ := client.Stored(ctx)
	return append(out, smallerModels(asked, stored)...)
}

func lowerContext(t record.Try) (out []record.Try) {
	t.Step = record.LowerContext
	for t.NumCtx /= 2; t.NumCtx >= leastContext; t.NumCtx /= 2 {
		out = append(out, t)
	}
	return out
}

// fewerLayers takes a quarter of the model's layers away at a time; 0 is a model
// in system memory.
func fewerLayers(t record.Try, layers int) (out []record.Try) {
	t.Step = record.FewerLayers
	most := min(t.NumGPU, layers)
	for quarters := 3; quarters >= 0 && most > 0; quarters-- {
		t.NumGPU = most * quarters / 4
		out = append(out, t)
	}
	return out
}

// smallerModels are those on the server with a smaller file, the largest first.
func smallerModels(t record.Try, stored []Stored) (out []record.Try) {
	t.Step = record.SmallerModel
	i := slices.IndexFunc(stored, func(g Stored) bool { return record.SameModel(g.Name, t.Model) })
	if i < 0 {
		return nil
	}
	size := stored[i].SizeB
	smaller := slices.DeleteFunc(slices.Clone(stored), func(g Stored) bool { return g.SizeB >= size })
	slices.SortStableFunc(smaller, func(a, b Stored) int { return cmp.Compare(b.SizeB, a.SizeB) })
	for _, g := range smaller[:min(mostModels, len(smaller))] {
		t.Model = g.Name
		out = append(out, t)
	}
	return out
}

// Cores shares this machine's cores out between servers that are really there. It
// is embedded beside Servers; simulated servers have no threads.
type Cores struct{}

var _ backend.Sharer = Cores{}

// Threads implements backend.Sharer for models that are not on a GPU. With Ollama's
// own default each server takes all cores, and two of them spend their time
// spinning: on two cores they fall to a few tokens per second. One that serves all
// agents has all cores but one: its threads wait for each other spinning, so a core
// that the client or the system takes for a moment stops them all (two threads on
// two busy cores came to 4 to 15 tok/s where one came to 60). A container's limit
// is a limit here too.
func (Cores) Threads(s record.Server, servers int) int {
	if s.Model == nil || s.Model.VRAMB == nil || *s.Model.VRAMB > 0 {
		return 0
	}
	n := runtime.NumCPU()
	if servers == 1 {
		n--
	} else {
		n /= servers
	}
	if c := s.Container; c != nil && c.CPUs > 0 {
		n = min(n, int(c.CPUs))
	}
	return max(1, n)
}
