package container

import (
	"context"
	"fmt"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/client"

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
