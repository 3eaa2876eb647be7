//go:build ollama || gpu

package main

import (
	"context"

	"github.com/chimeraforge/duet/harness/backend/ollama/container"
	"github.com/chimeraforge/duet/tools/duet/internal/models"
	"github.com/chimeraforge/duet/tools/duet/internal/preflight"
)

// What only real servers need: Ollama's own packages and the library of containers.
func init() {
	c := commands["models"]
	c.Run = models.Run
	commands["models"] = c
	preflight.Engine = engine
}

// engine reports how containers can be had on this machine.
func engine(ctx context.Context) (string, error) {
	e, err := container.Connect(ctx)
	if err != nil {
		return "", err
	}
	return "a container engine answers", e.Close()
}
