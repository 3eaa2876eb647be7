//go:build ollama || gpu

package backends

import (
	"github.com/chimeraforge/duet/harness/backend"
	_ "github.com/chimeraforge/duet/harness/backend/ollama/container"
	_ "github.com/chimeraforge/duet/harness/backend/ollama/synthetic"
	_ "github.com/chimeraforge/duet/harness/sensor/machine"
)

func init() { backend.Built("ollama") }
