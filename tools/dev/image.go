package main

import (
	"context"
	"errors"
	"flag"
	"fmt"

	"github.com/chimeraforge/duet/harness/backend/ollama/container"
	"github.com/chimeraforge/duet/harness/backend/ollama/process"
)

// imageCommand builds the container image duet/ollama from the statically linked
// Ollama in the cache folder, building that first, for machines that reach no
// registry of images. The image has this one program in it.
func imageCommand(ctx context.Context, args []string) error {
	set := flag.NewFlagSet("image", flag.ContinueOnError)
	path := set.String("ollama", "", "statically linked ollama `program` (default: the one in the cache folder)")
	if err := set.Parse(args); err != nil {
		return err
	}
	if *path == "" {
		if _, err := buildOllama(ctx); err != nil {
			return err
		}
		cached, err := process.CachePath()
		if err != nil {
			return err
		}
		*path = cached
	}
	return buildImage(ctx, *path)
}

func buildImage(ctx context.Context, path string) (err error) {
	e, err := container.Connect(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.Close()) }()
	image, err := e.Build(ctx, path)
	if err != nil {
		return err
	}
	fmt.Println(image.Ref, image.ID)
	return nil
}
