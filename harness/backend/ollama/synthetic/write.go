package synthetic

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/ollama/ollama/fs/ggml"

	"github.com/chimeraforge/duet/harness/backend/ollama"
	"github.com/chimeraforge/duet/harness/plan"
)

// Write makes DIR/NAME.gguf and returns its path and its SHA-256 in hex. A file
// that is there with the right content is left alone; a new one appears under
// its name only once it is whole. Names lists the names.
func Write(dir, name string) (path, sum string, err error) {
	s, err := parse(name)
	if err != nil {
		return "", "", err
	}
	path = filepath.Join(dir, s.name+".gguf")
	if sum, err = fileSum(path); err == nil && sum == digests[s.name] {
		return path, sum, nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", "", fmt.Errorf("write %s: %w", s.name, err)
	}
	sum, err = s.write(path)
	if err != nil {
		return "", "", fmt.Errorf("write %s: %w", s.name, err)
	}
	return path, sum, nil
}

// write makes the file beside its place and moves it there. It does not compare
// the digest: what was just made is right by definition, and a digest that
// changed is for the test to find.
func (s spec) write(path string) (sum string, err error) {
	f, err := os.CreateTemp(filepath.Dir(path), s.name+".*.part")
	if err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	kv, tensors := s.gguf()
	err = ggml.WriteGGUF(f, kv, tensors)
	if err = errors.Join(err, f.Chmod(0o644), f.Close()); err != nil {
		return "", err
	}
	if sum, err = fileSum(f.Name()); err != nil {
		return "", err
	}
	return sum, os.Rename(f.Name(), path)
}

func fileSum(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// Register makes a model available under its name on the server at baseURL,
// with no parameters of its own: every option is the request's. It does nothing
// when the server has the model already. The file is kept in plan.SyntheticFolder.
func Register(ctx context.Context, baseURL, name string) error {
	return RegisterWith(ctx, baseURL, name, nil)
}

// Registered reports whether the server at baseURL has the model.
func Registered(ctx context.Context, baseURL, name string) (bool, error) {
	_, sum, err := Write(plan.SyntheticFolder(), name)
	if err != nil {
		return false, err
	}
	same, err := ollama.New(baseURL).Blob(ctx, name, "sha256:"+sum)
	if errors.Is(err, ollama.ErrNotFound) {
		return false, nil
	}
	return same, err
}

// RegisterWith is Register with default parameters, num_thread say. With any it
// creates the model anew: whether an existing one has them cannot be seen.
func RegisterWith(ctx context.Context, baseURL, name string, parameters map[string]any) error {
	path, sum, err := Write(plan.SyntheticFolder(), name)
	if err != nil {
		return err
	}
	client, digest := ollama.New(baseURL), "sha256:"+sum
	if len(parameters) == 0 {
		same, err := client.Blob(ctx, name, digest)
		if same || err != nil && !errors.Is(err, ollama.ErrNotFound) {
			return err
		}
	}
	if err := push(ctx, client, path, digest); err != nil {
		return fmt.Errorf("register %s: %w", name, err)
	}
	if err := client.Create(ctx, name, digest, parameters); err != nil {
		return fmt.Errorf("register %s: %w", name, err)
	}
	return nil
}

func push(ctx context.Context, client *ollama.Client, path, digest string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return client.PushBlob(ctx, digest, f)
}

func init() { ollama.Synthetic = &ollama.Maker{Registered: Registered, Register: Register} }
