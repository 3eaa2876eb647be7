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
	"harness/session": {"harness/record", "harness/plan", "harness/workload", "harness/results", "harness/metric", "harness/backend",
		"harness/driver", "harness/sensor", "harness/selftest", "harness/preflight", "harness/settings"},
	"harness": {"harness/session", "harness/compare", "harness/metric", "harness/settings", "harness/plan", "harness/results", "harness/record", "harness/backend"},
}

// debts are imports that break the rule today. The list only gets shorter.
var debts = map[string]bool{
	"harness/backend harness/plan": true,
	"harness/table harness/stats":  true,
}

// registered are what programs choose by importing it, as they choose drivers of
// database/sql: nobody else may know it but those named here.
var registered = []string{"harness/backend/sim", "harness/backend/ollama", "harness/backends", "harness/sensor/machine", "harness/tr116"}

// mayChoose are programs, and who needs a simulator for known answers.
var mayChoose = []string{"harness/backend", "harness/backends", "harness/selftest", "golden", "suites", "tools"}

func TestOnlyProgramsChooseBackEnds(t *testing.T) {
	for from, imports := range imports(t) {
		for _, to := range imports {
			if under(to, registered) && !under(from, mayChoose) {
				t.Errorf("%s imports %s, which only programs choose", from, to)
			}
		}
	}
}

func under(path string, folders []string) bool {
	return slices.ContainsFunc(folders, func(f string) bool { return path == f || strings.HasPrefix(path, f+"/") })
}

// imports are the packages of the module, with what each imports of it.
func imports(t *testing.T) map[string][]string {
	t.Helper()
	out, err := exec.Command("go", "list", "-tags", "gpu", "-f", `{{.ImportPath}}{{range .Imports}} {{.}}{{end}}`, "./...").Output()
	require.NoError(t, err)
	all := map[string][]string{}
	for line := range strings.SplitSeq(strings.TrimSpace(string(out)), "\n") {
		paths := strings.Fields(line)
		from := strings.TrimPrefix(paths[0], module)
		all[from] = nil
		for _, path := range paths[1:] {
			if to, ours := strings.CutPrefix(path, module); ours {
				all[from] = append(all[from], to)
			}
		}
	}
	return all
}

const module = "github.com/chimeraforge/duet/"

func TestRoomsKnowOnlyWhatTheRuleAllows(t *testing.T) {
	paid := map[string]bool{}
	for path, imports := range imports(t) {
		from := room(path)
		allowed, ruled := mayImport[from]
		if !ruled {
			continue
		}
		for _, to := range imports {
			if strings.HasPrefix(to, "internal/") || to == "golden" || room(to) == from || under(to, allowed) { // golden is for tests
				continue
			}
			debt := from + " " + room(to)
			paid[debt] = true
			assert.True(t, debts[debt], "%s imports %s: room %s may know %v", path, to, from, allowed)
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
