package ollama

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
)

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
