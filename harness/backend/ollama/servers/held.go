package servers

import (
	"fmt"
	"slices"

	"github.com/chimeraforge/duet/harness/backend/ollama"
	"github.com/chimeraforge/duet/harness/preflight"
)

func wanted(name string, models []string) bool {
	return slices.ContainsFunc(models, func(m string) bool { return ollama.SameName(m, name) })
}

// heldCode is a model in memory that is not to be measured.
const heldCode = "other-models"

// Spoilers are the models that servers hold and a session will not unload: they
// take the memory, on the GPU or off it, that the measured ones want.
func (f Found) Spoilers() []preflight.Spoiler {
	var out []preflight.Spoiler
	for _, s := range f.Servers {
		for _, m := range s.Models {
			if !m.Wanted {
				out = append(out, preflight.Spoiler{
					Code: heldCode, Found: fmt.Sprintf("%s holds %s in memory, which is not measured", s.URL, m.Name),
					Do: fmt.Sprintf("OLLAMA_HOST=%s ollama stop %s", s.URL, m.Name),
				})
			}
		}
	}
	return out
}
