package container

import (
	"archive/tar"
	"bytes"
	"context"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/moby/moby/client"
	"github.com/moby/moby/client/pkg/jsonmessage"

	"github.com/chimeraforge/duet/harness/backend/ollama/process"
)

// recipe is the whole image: a program that needs nothing, and what it takes to
// trust a registry of models.
const recipe = `FROM scratch
COPY ollama /bin/ollama
COPY ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
ENV PATH=/bin
EXPOSE 11434
LABEL org.opencontainers.image.title="Ollama, built by duet" org.opencontainers.image.version="` + process.Version + `"
ENTRYPOINT ["/bin/ollama"]
CMD ["serve"]
`

// certificates is where Debian, and most systems, keep what they trust. An
// image without it serves models that are there; it cannot pull any.
const certificates = "/etc/ssl/certs/ca-certificates.crt"

// Build makes the image Built from a statically linked ollama, needing nothing
// but the engine.
func (e *Engine) Build(ctx context.Context, ollama string) (Image, error) {
	if err := static(ollama); err != nil {
		return Image{}, fmt.Errorf("build %s: %w", Built, err)
	}
	files, err := files(ollama)
	if err != nil {
		return Image{}, fmt.Errorf("build %s: %w", Built, err)
	}
	res, err := e.client.ImageBuild(ctx, files, client.ImageBuildOptions{Tags: []string{Built}, Remove: true, ForceRemove: true})
	if err != nil {
		return Image{}, fmt.Errorf("build %s: %w", Built, err)
	}
	defer res.Body.Close()
	if err := jsonmessage.DisplayJSONMessagesStream(res.Body, io.Discard, 0, false, nil); err != nil {
		return Image{}, fmt.Errorf("build %s: %w", Built, err)
	}
	id, err := e.find(ctx, Built)
	return Image{Ref: Built, ID: id}, err
}

// static refuses a program that needs a loader or libraries, which an image
// from scratch does not have.
func static(path string) error {
	f, err := elf.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%w; go run ./tools/dev provision -static builds it", err)
	}
	if err != nil {
		return fmt.Errorf("%s is not a Linux program: %w", path, err)
	}
	defer f.Close()
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			return fmt.Errorf("%s is not statically linked; go run ./tools/dev provision -static builds one that is", path)
		}
	}
	return nil
}

// files is the build's context: an archive, made in memory (40 MB).
func files(ollama string) (io.Reader, error) {
	program, err := os.ReadFile(ollama)
	if err != nil {
		return nil, err
	}
	trusted, err := os.ReadFile(certificates)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, f := range []struct {
		name string
		mode int64
		text []byte
	}{{"Dockerfile", 0o644, []byte(recipe)}, {"ollama", 0o755, program}, {"ca-certificates.crt", 0o644, trusted}} {
		if err := w.WriteHeader(&tar.Header{Name: f.name, Mode: f.mode, Size: int64(len(f.text))}); err != nil {
			return nil, err
		}
		if _, err := w.Write(f.text); err != nil {
			return nil, err
		}
	}
	return &out, w.Close()
}
