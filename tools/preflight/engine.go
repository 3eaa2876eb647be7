//go:build ollama || gpu

package main

import (
	"context"

	"github.com/chimeraforge/duet/harness/backend/ollama/container"
)

const hint = ""

// engine reports how containers can be had on this machine.
func engine(ctx context.Context) (string, error) {
	e, err := container.Connect(ctx)
	if err != nil {
		return "", err
	}
	return "a container engine answers", e.Close()
}
