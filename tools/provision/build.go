package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/chimeraforge/duet/harness/backend/ollama/process"
)

// Modules the build takes: Ollama, and one whose zip holds a header-only
// library that Ollama's zip leaves out with its vendor folders.
const (
	ollamaModule    = "github.com/ollama/ollama@v" + process.Version
	miniaudioModule = "github.com/gen2brain/malgo@v0.11.24"
)

// errNoBuild is a system for which there is no recipe; Ollama's own packages
// are the way there.
var errNoBuild = errors.New("no ollama found, and it is built from source on Linux only")

// build puts an ollama into the cache folder and describes it. Of two calls at
// once, the second waits for the first.
func (s *setup) build(ctx context.Context) (string, error) {
	if s.goos != "linux" {
		return "", errNoBuild
	}
	target, err := process.CachePath()
	if err != nil {
		return "", err
	}
	if err := s.buildNeeds(ctx); err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return "", err
	}
	unlock, err := lock(ctx, filepath.Join(filepath.Dir(target), ".lock"), func() {
		fmt.Fprintln(s.log, "waiting for another build of Ollama to end")
	})
	if err != nil {
		return "", fmt.Errorf("wait for another build: %w", err)
	}
	defer unlock()
	if found, err := describe(ctx, target, "cache"); err == nil {
		return found, nil
	}
	if err := s.buildInto(ctx, target); err != nil {
		return "", fmt.Errorf("build Ollama %s: %w", process.Version, err)
	}
	return describe(ctx, target, "built")
}

func (s *setup) buildNeeds(ctx context.Context) error {
	if err := s.need(ctx, missingPrograms("gcc", "g++"), "g++", "nlohmann-json3-dev", "libstb-dev"); err != nil {
		return err
	}
	return s.need(ctx, missingHeaders("nlohmann/json.hpp", "stb/stb_image.h"), "g++", "nlohmann-json3-dev", "libstb-dev")
}

// buildInto builds in a temporary folder and moves the program to its place.
func (s *setup) buildInto(ctx context.Context, target string) error {
	dir, err := os.MkdirTemp("", "duet-ollama-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	began := time.Now()
	fmt.Fprintf(s.log, "building Ollama %s, once, about 3 minutes on 2 cores, into %s\n", process.Version, target)
	defer s.tick(began)()
	part := target + ".part"
	defer os.Remove(part)
	err = s.logged("ollama-build", func(log *os.File) error { return compile(ctx, dir, part, log) })
	if err != nil {
		return err
	}
	if err := os.Rename(part, target); err != nil {
		return err
	}
	fmt.Fprintf(s.log, "built Ollama %s in %v\n", process.Version, time.Since(began).Round(time.Second))
	return nil
}

// tick says every half minute that the build goes on, until the function that
// it returns is called.
func (s *setup) tick(began time.Time) (stop func()) {
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-done:
				return
			case <-time.After(30 * time.Second):
				fmt.Fprintf(s.log, "still building Ollama, %v so far\n", time.Since(began).Round(time.Second))
			}
		}
	}()
	return func() { close(done); <-ended }
}
