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
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/client"
	"github.com/moby/moby/client/pkg/jsonmessage"

	"github.com/chimeraforge/duet/harness/backend/ollama/process"
)

// The image that is used when none is named. A digest and not the tag decides
// what runs: whoever has the name could move the tag. The digest is that of the
// image for all platforms, as a public deployment's upgrade notes give it for
// this tag; nobody could ask the registry for it when it was written down. If it
// were wrong it could not be pulled, or would answer with another version, and
// both are errors.
//
// To move to another version: docker pull ollama/ollama:VERSION, and the digest
// is in docker image inspect -f '{{.RepoDigests}}'.
const (
	Repository = "ollama/ollama"
	Digest     = "sha256:1edb4ab90ebbe34b484bb120ab8de22601f463834bfeca7f5a2de2ca6dad13ee"
	Pinned     = Repository + ":" + process.Version + "@" + Digest
)

// Built is the image that "make image" builds, for machines without a registry.
const Built = "duet/ollama:" + process.Version

// Image is what containers are made of.
type Image struct {
	Ref string // as asked for
	ID  string // of its content, on this engine
	Why string // this one
}

// expected is the version its servers must say, "" when any will do.
func (i Image) expected() string {
	if i.Ref == Pinned || i.Ref == Built {
		return process.Version
	}
	return ""
}

// Resolve finds the image to use and pulls it if it must: the one that is named;
// else the pinned one if it is here; else the one that "make image" built; else
// it pulls the pinned one.
func (e *Engine) Resolve(ctx context.Context, named string) (Image, error) {
	if named != "" {
		return e.have(ctx, Image{Ref: named, Why: "as asked with -duet.image"})
	}
	for _, i := range []Image{{Ref: Pinned, Why: "pinned"}, {Ref: Built, Why: "built by make image"}} {
		id, err := e.find(ctx, i.Ref)
		if i.ID = id; err != nil || id != "" {
			return i, err
		}
	}
	return e.have(ctx, Image{Ref: Pinned, Why: "pinned"})
}

// have pulls an image that is not there.
func (e *Engine) have(ctx context.Context, i Image) (_ Image, err error) {
	if i.ID, err = e.find(ctx, i.Ref); err != nil || i.ID != "" {
		return i, err
	}
	if err = e.pull(ctx, i.Ref); err == nil {
		i.ID, err = e.find(ctx, i.Ref)
	}
	if err != nil || i.ID == "" {
		return i, fmt.Errorf("the image %s is not here and cannot be pulled: %w; "+
			"build one that needs no registry (make image), bring one along (docker save, docker load), "+
			"or name another (-duet.image=%s:%s)", i.Ref, err, Repository, process.Version)
	}
	return i, nil
}

// find is the id of an image, "" when it is not here.
func (e *Engine) find(ctx context.Context, ref string) (string, error) {
	res, err := e.client.ImageInspect(ctx, ref)
	if errdefs.IsNotFound(err) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("look for image %s: %w", ref, err)
	}
	return res.ID, nil
}

// pullLimit is for a slow line: the official image is 2 to 4 GB.
const pullLimit = time.Hour

func (e *Engine) pull(ctx context.Context, ref string) error {
	ctx, cancel := context.WithTimeout(ctx, pullLimit)
	defer cancel()
	answer, err := e.client.ImagePull(ctx, ref, client.ImagePullOptions{})
	if err != nil {
		return err
	}
	defer answer.Close()
	return answer.Wait(ctx)
}

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
