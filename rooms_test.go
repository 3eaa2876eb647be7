package duet

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The import rule: what a room may know of the others, besides itself, the rooms
// below it and internal/. A room that is not listed may know all but what is
// registered. docs/house.md says why.
var mayImport = map[string][]string{
	"harness/record":   {},
	"harness/stats":    {},
	"harness/table":    {},
	"harness/workload": {},
	"harness/plan":     {"harness/record", "harness/workload"},
	"harness/backend":  {"harness/record", "harness/sensor"},
	"harness/driver":   {"harness/record", "harness/workload", "harness/backend/wire"},
	"harness/sensor":   {"harness/record"},
	"harness/metric":   {"harness/record", "harness/table", "harness/stats"},
}

// debts are imports that break the rule today. The list only gets shorter.
var debts = map[string]bool{
	"harness/backend harness/plan": true,
	"harness/plan harness/backend": true,
	"harness/table harness/stats":  true,
}

const module = "github.com/chimeraforge/duet/"

func TestRoomsKnowOnlyWhatTheRuleAllows(t *testing.T) {
	out, err := exec.Command("go", "list", "-tags", "gpu", "-f", `{{.ImportPath}}{{range .Imports}} {{.}}{{end}}`, "./...").Output()
	require.NoError(t, err)
	paid := map[string]bool{}
	for line := range strings.SplitSeq(strings.TrimSpace(string(out)), "\n") {
		paths := strings.Fields(line)
		from := room(paths[0])
		allowed, ruled := mayImport[from]
		if !ruled {
			continue
		}
		for _, path := range paths[1:] {
			to, ours := strings.CutPrefix(path, module)
			if !ours || strings.HasPrefix(to, "internal/") || room(path) == from {
				continue
			}
			if slices.ContainsFunc(allowed, func(a string) bool { return to == a || strings.HasPrefix(to, a+"/") }) {
				continue
			}
			debt := from + " " + room(path)
			paid[debt] = true
			assert.True(t, debts[debt], "%s imports %s: room %s may know %v", paths[0], to, from, allowed)
		}
	}
	for debt := range debts {
		assert.True(t, paid[debt], "%q is paid: take it off the list", debt)
	}
}

// room is the folder that a package lies in: the first two elements of its path.
func room(path string) string {
	parts := strings.SplitN(strings.TrimPrefix(path, module), "/", 3)
	return strings.Join(parts[:min(2, len(parts))], "/")
}
