//go:build ollama || gpu

package backends

import (
	_ "github.com/chimeraforge/duet/harness/backend/ollama/local"
	_ "github.com/chimeraforge/duet/harness/sensor/machine"
)
