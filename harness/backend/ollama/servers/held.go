package servers

import (
	"fmt"
	"slices"

	"github.com/chimeraforge/duet/harness/backend/ollama"
	"github.com/chimeraforge/duet/harness/record"
)

func wanted(name string, models []string) bool {
	return slices.ContainsFunc(models, func(m string) bool { return ollama.SameName(m, name) })
}

// heldCode is a model in memory that is not to be measured.
const heldCode = "other-models"

// OtherModels are the models that servers hold and a session will not unload: they
// take the memory, on the GPU or off it, that the measured ones want.
func (f Found) OtherModels() []record.Finding {
	var out []record.Finding
	for _, s := range f.Servers {
		for _, m := range s.Models {
			if !m.Wanted {
				out = append(out, record.Warn(heldCode, fmt.Sprintf("OLLAMA_HOST=%s ollama stop %s", s.URL, m.Name),
					"%s holds %s in memory, which is not measured", s.URL, m.Name))
			}
		}
	}
	return out
}
