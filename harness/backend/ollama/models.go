package ollama

import (
	"context"
	"net/http"
	"strings"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/record"
)

// Version is the server's version. An answer without one is an error: something
// other than Ollama listens there.
func (c *Client) Version(ctx context.Context) (string, error) {
	var out struct {
		Version string `json:"version"`
	}
	if err := c.call(ctx, http.MethodGet, "/api/version", nil, &out); err != nil {
		return "", err
	}
	if out.Version == "" {
		return "", &Error{http.MethodGet, c.base + "/api/version", http.StatusOK, "no version in the answer; this is not an Ollama server"}
	}
	return out.Version, nil
}

// entry is a model in the answers of /api/tags and /api/ps.
type entry struct {
	Name    string `json:"name"`
	Digest  string `json:"digest"`
	Details struct {
		Family            string `json:"family"`
		ParameterSize     string `json:"parameter_size"`
		QuantizationLevel string `json:"quantization_level"`
	} `json:"details"`
	Context   *int   `json:"context_length"`
	Size      *int64 `json:"size"`
	VRAM      *int64 `json:"size_vram"`
	ExpiresAt string `json:"expires_at"`
}

func (e entry) model() record.Model {
	return record.Model{
		Name: e.Name, Digest: e.Digest, Family: e.Details.Family,
		ParameterSize: e.Details.ParameterSize, Quantization: e.Details.QuantizationLevel,
	}
}

func (c *Client) entries(ctx context.Context, path string) ([]entry, error) {
	var out struct {
		Models []entry `json:"models"`
	}
	err := c.call(ctx, http.MethodGet, path, nil, &out)
	return out.Models, err
}

// Tags lists the models on the server's disk.
func (c *Client) Tags(ctx context.Context) ([]record.Model, error) {
	entries, err := c.entries(ctx, "/api/tags")
	models := make([]record.Model, 0, len(entries))
	for _, e := range entries {
		models = append(models, e.model())
	}
	return models, err
}

// Stored is a model on the server's disk and the size of its file, in bytes.
type Stored struct {
	Name  string
	SizeB int64
}

// Stored lists the models on the server's disk whose size it says.
func (c *Client) Stored(ctx context.Context) ([]Stored, error) {
	entries, err := c.entries(ctx, "/api/tags")
	var out []Stored
	for _, e := range entries {
		if e.Size != nil {
			out = append(out, Stored{e.Name, *e.Size})
		}
	}
	return out, err
}

// Ps lists the models in the server's memory, with the context length in
// effect, the size and how much of that is in VRAM.
func (c *Client) Ps(ctx context.Context) ([]backend.Loaded, error) {
	entries, err := c.entries(ctx, "/api/ps")
	loaded := make([]backend.Loaded, 0, len(entries))
	for _, e := range entries {
		m := e.model()
		m.Context, m.SizeB, m.VRAMB = e.Context, e.Size, e.VRAM
		loaded = append(loaded, backend.Loaded{Model: m, ExpiresAt: e.ExpiresAt})
	}
	return loaded, err
}

// Show describes a model on the server's disk. The error is ErrNotFound when
// it is not there.
func (c *Client) Show(ctx context.Context, model string) (record.Model, error) {
	shown, err := c.show(ctx, model)
	if err != nil {
		return record.Model{}, err
	}
	m := shown.model()
	m.Name, m.MaxContext, m.Layers = model, shown.maxContext(), shown.layers()
	tags, err := c.Tags(ctx)
	for _, t := range tags {
		if SameName(t.Name, model) {
			m.Digest = t.Digest
		}
	}
	return m, err
}

// Blob reports whether a model's weights are the file of this digest,
// "sha256:…". The error is ErrNotFound when there is no such model.
func (c *Client) Blob(ctx context.Context, model, digest string) (bool, error) {
	shown, err := c.show(ctx, model)
	return strings.Contains(shown.Modelfile, strings.Replace(digest, ":", "-", 1)), err
}

// shown is the answer of /api/show.
type shown struct {
	entry
	Modelfile string         `json:"modelfile"`
	Info      map[string]any `json:"model_info"`
}

func (c *Client) show(ctx context.Context, model string) (shown, error) {
	var out shown
	err := c.call(ctx, http.MethodPost, "/api/show", map[string]any{"model": model}, &out)
	return out, err
}

// layers is how many layers num_gpu can put onto a GPU: the blocks, and the
// output as one more. 0 where the server does not say.
func (s shown) layers() int {
	arch, _ := s.Info["general.architecture"].(string)
	n, _ := s.Info[arch+".block_count"].(float64)
	if n <= 0 {
		return 0
	}
	return int(n) + 1
}

// maxContext is the model's own context limit: qwen2.context_length, say.
func (s shown) maxContext() int {
	arch, _ := s.Info["general.architecture"].(string)
	n, _ := s.Info[arch+".context_length"].(float64)
	return int(n)
}

// SameName reports whether two model names mean the same model: a name without
// a tag has the tag latest, and case does not count.
func SameName(a, b string) bool { return strings.EqualFold(tagged(a), tagged(b)) }

func tagged(name string) string {
	if strings.Contains(name[strings.LastIndexByte(name, '/')+1:], ":") {
		return name
	}
	return name + ":latest"
}

// Describe is what a run records of a server: its version and, with the options
// in effect, the model it holds. The model's Context, SizeB and VRAMB stay nil
// when the model is not loaded.
func (c *Client) Describe(ctx context.Context, id, model string) (record.Server, error) {
	s := record.Server{ID: id, URL: c.base}
	var err error
	if s.Version, err = c.Version(ctx); err != nil {
		return s, err
	}
	m, err := c.Show(ctx, model)
	if err != nil {
		return s, err
	}
	s.Model = &m
	loaded, err := c.Ps(ctx)
	for _, l := range loaded {
		if SameName(l.Name, model) {
			m.Context, m.SizeB, m.VRAMB = l.Context, l.SizeB, l.VRAMB
		}
	}
	return s, err
}
