//go:build !ollama && !gpu

package harness

import (
	"context"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/settings"
)

// The simulator's build has no containers: their library alone is a hundred
// packages, and "make bench" must take under a minute from nothing.
func containersHere(context.Context) (string, error) { return "", errContainerTag }

func startContainers(context.Context, settings.Settings, []string, []int, string) (backend.Backend, error) {
	return nil, errContainerTag
}
