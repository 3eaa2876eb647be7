package process

import (
	"fmt"
	"runtime"

	"github.com/chimeraforge/duet/internal/procgroup"
)

// environment is what a server runs with: ours, what makes two servers
// comparable, and the caller's additions. Of a variable that is there twice,
// the last counts.
//
// Two servers that share a models folder must not prune it. One request at a
// time for each agent and one model in memory is what every cell of the matrix
// asks for, and what a server decides for itself depends on its version and its
// memory.
func (s *instance) environment() []string {
	env := append(procgroup.Environ(), homeVariable()+"="+s.home)
	env = append(env,
		fmt.Sprintf("OLLAMA_HOST=127.0.0.1:%d", s.port),
		"OLLAMA_MODELS="+s.models,
		"OLLAMA_NOPRUNE=1",
		fmt.Sprintf("OLLAMA_NUM_PARALLEL=%d", s.slots),
		"OLLAMA_MAX_LOADED_MODELS=1",
	)
	return append(env, s.cfg.Env...)
}

// homeVariable is the variable that os.UserHomeDir reads.
func homeVariable() string {
	if runtime.GOOS == "windows" {
		return "USERPROFILE"
	}
	return "HOME"
}
