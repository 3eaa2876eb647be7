//go:build gpu

package backends

import _ "github.com/chimeraforge/duet/harness/backend/ollama/ongpu"
