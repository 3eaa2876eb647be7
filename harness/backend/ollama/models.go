package ollama

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
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
	Model   string `json:"model"` // the same; some servers say only this
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
		Name: cmp.Or(e.Name, e.Model), Digest: e.Digest, Family: e.Details.Family,
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
			out = append(out, Stored{e.model().Name, *e.Size})
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
		if record.SameModel(t.Name, model) {
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

// ErrRemote is a model that another machine runs. What it gives says nothing about
// this one, so nothing of it is measured.
var ErrRemote = errors.New("a cloud model, not one of this machine")

// shown is the answer of /api/show.
type shown struct {
	entry
	RemoteModel string         `json:"remote_model"` // of another machine, that this server only passes on
	RemoteHost  string         `json:"remote_host"`
	Modelfile   string         `json:"modelfile"`
	Info        map[string]any `json:"model_info"`
}

func (c *Client) show(ctx context.Context, model string) (shown, error) {
	var out shown
	err := c.call(ctx, http.MethodPost, "/api/show", map[string]any{"model": model}, &out)
	if err == nil && (out.RemoteModel != "" || out.RemoteHost != "") {
		err = fmt.Errorf("%s: %w: %s passes it on to %s as %s", model, ErrRemote, c.base, cmp.Or(out.RemoteHost, "another machine"), cmp.Or(out.RemoteModel, model))
	}
	return out, err
}

// layers is how many layers num_gpu can put onto a GPU: the blocks, and the
// output as one more. 0 where the server does not say.
func (s shown) layers() int {
	if n := s.info("block_count"); n > 0 {
		return n + 1
	}
	return 0
}

// maxContext is the model's own context limit.
func (s shown) maxContext() int { return s.info("context_length") }

// info is a number that stands under the architecture: qwen2.context_length, say.
func (s shown) info(key string) int {
	arch, _ := s.Info["general.architecture"].(string)
	n, _ := s.Info[arch+"."+key].(float64)
	return int(n)
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
	InEffect(&m, loaded)
	return s, err
}

// InEffect adds to a model what only one in memory has.
func InEffect(m *record.Model, loaded []backend.Loaded) {
	for _, l := range loaded {
		if record.SameModel(l.Name, m.Name) {
			m.Context, m.SizeB, m.VRAMB = l.Context, l.SizeB, l.VRAMB
		}
	}
}

// step is one line of the progress that /api/pull streams.
type step struct {
	Status    string `json:"status"`
	Error     string `json:"error"`
	Total     int64  `json:"total"`
	Completed int64  `json:"completed"`
}

// Pull downloads a model to the server's disk and calls progress, which may be
// nil, for every line that the server streams: its status, and how many bytes
// of the file in hand are done. The download goes on where an earlier one ended.
func (c *Client) Pull(ctx context.Context, model string, progress func(status string, done, total int64)) error {
	body, err := c.send(ctx, http.MethodPost, "/api/pull", map[string]any{"model": model, "stream": true})
	if err != nil {
		return err
	}
	defer body.Close()
	if progress == nil {
		progress = func(string, int64, int64) {}
	}
	if err := follow(json.NewDecoder(body), progress); err != nil {
		return fmt.Errorf("pull %s on %s: %w", model, c.base, err)
	}
	return nil
}

// follow reads steps up to "success"; a stream that ends before it is an error.
func follow(lines *json.Decoder, progress func(string, int64, int64)) error {
	for {
		var s step
		err := lines.Decode(&s)
		switch {
		case errors.Is(err, io.EOF):
			return errors.New("the server ended the download without saying that it succeeded")
		case err != nil:
			return err
		case s.Error != "":
			return errors.New(s.Error)
		}
		progress(s.Status, s.Completed, s.Total)
		if s.Status == "success" {
			return nil
		}
	}
}

// PushBlob uploads a file's content under its digest, "sha256:…", unless the
// server has it.
func (c *Client) PushBlob(ctx context.Context, digest string, content io.Reader) error {
	path := "/api/blobs/" + digest
	err := c.call(ctx, http.MethodHead, path, nil, nil)
	if !errors.Is(err, ErrNotFound) {
		return err
	}
	return c.call(ctx, http.MethodPost, path, content, nil)
}

// Create makes a model of one uploaded GGUF file. Parameters, which may be nil,
// become the model's own defaults.
func (c *Client) Create(ctx context.Context, model, digest string, parameters map[string]any) error {
	req := map[string]any{
		"model": model, "files": map[string]string{"model.gguf": digest}, "stream": false,
	}
	if len(parameters) > 0 {
		req["parameters"] = parameters
	}
	return c.call(ctx, http.MethodPost, "/api/create", req, nil)
}

// Delete removes a model from the server's disk.
func (c *Client) Delete(ctx context.Context, model string) error {
	return c.call(ctx, http.MethodDelete, "/api/delete", map[string]any{"model": model}, nil)
}
