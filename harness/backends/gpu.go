//go:build gpu

package backends

import (
	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/backend/ollama"
)

func init() {
	ollama.RequireGPU = true
	backend.Built("gpu")
}
