package synthetic

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/chimeraforge/duet/harness/backend/ollama"
	"github.com/chimeraforge/duet/harness/plan"
)

// Register makes a model available under its name on the server at baseURL,
// with no parameters of its own: every option is the request's. It does nothing
// when the server has the model already. The file is kept in plan.SyntheticFolder.
func Register(ctx context.Context, baseURL, name string) error {
	return register(ctx, baseURL, name, nil)
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

// RegisterWith is Register with default parameters, num_thread say, and always
// creates the model anew: whether an existing one has them cannot be seen.
func RegisterWith(ctx context.Context, baseURL, name string, parameters map[string]any) error {
	return register(ctx, baseURL, name, parameters)
}

func register(ctx context.Context, baseURL, name string, parameters map[string]any) error {
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

func init() { ollama.Synthetic = maker{} }

// maker is this package as package ollama knows it.
type maker struct{}

func (maker) Registered(ctx context.Context, url, model string) (bool, error) {
	return Registered(ctx, url, model)
}

func (maker) Register(ctx context.Context, url, model string) error { return Register(ctx, url, model) }
