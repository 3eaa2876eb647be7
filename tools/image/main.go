// Command image is "make image": it builds the container image duet/ollama from
// the statically linked Ollama in the cache folder (tools/provision -static puts
// it there), for machines that reach no registry of images.
//
//	go run ./tools/image
//	go run ./tools/image -ollama PATH
//
// It needs a container engine and nothing else; the image has one program in it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/chimeraforge/duet/harness/backend/ollama/container"
	"github.com/chimeraforge/duet/harness/backend/ollama/process"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Stdout, os.Stderr, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "image:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, stdout, stderr io.Writer, args []string) error {
	set := flag.NewFlagSet("image", flag.ContinueOnError)
	set.SetOutput(stderr)
	path := set.String("ollama", "", "statically linked ollama `program` (default: the one in the cache folder)")
	if err := set.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		return err
	}
	if *path == "" {
		cached, err := process.CachePath()
		if err != nil {
			return err
		}
		*path = cached
	}
	return build(ctx, stdout, *path)
}

func build(ctx context.Context, stdout io.Writer, path string) (err error) {
	e, err := container.Connect(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.Close()) }()
	image, err := e.Build(ctx, path)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s %s\n", image.Ref, image.ID)
	return nil
}
