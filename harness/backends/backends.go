// Package backends is imported for what its imports do: it registers the back ends
// that a build has by default. Build tags choose among its files, which import, and
// note which they are; they choose nothing else anywhere:
//
//	no tag   the simulator, and servers that somebody else runs
//	ollama   also Ollama started on this machine or in containers, synthetic models,
//	         the sensors of this machine; and "auto" looks for servers
//	gpu      the same, and a model that is not wholly on a GPU is refused
//
// A program that wants others imports them itself, and not this package:
//
//	import _ "github.com/chimeraforge/duet/harness/backend/ollama/process"
package backends

import (
	_ "github.com/chimeraforge/duet/harness/backend/ollama/reuse"
	_ "github.com/chimeraforge/duet/harness/backend/sim"
)
