package ollama

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
)

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

// RequireGPU refuses models that are not wholly on a GPU. Package ongpu sets it.
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
	i := slices.IndexFunc(stored, func(g Stored) bool { return SameName(g.Name, t.Model) })
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
