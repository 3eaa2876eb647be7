// Package ongpu is imported for what its import does: from then on a model that is
// not wholly on a GPU is refused, not measured. The tag gpu imports it.
package ongpu

import (
	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/backend/ollama"
)

func init() {
	ollama.RequireGPU = true
	backend.Built("gpu")
}
