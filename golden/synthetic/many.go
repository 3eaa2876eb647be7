package synthetic

import (
	"fmt"
	"iter"
	"math/rand/v2"

	"github.com/chimeraforge/duet/harness/record"
)

// Many is n runs, round by round through 36 cells, with a few percent of noise
// and one failed in five hundred: the n-th run is the same on every machine. With
// telemetry they are as long on disk as runs that a session wrote.
func Many(n int, telemetry bool) iter.Seq[*record.Run] {
	return func(yield func(*record.Run) bool) {
		for i := range n {
			r := nth(i, 1+i/cells)
			if telemetry {
				addTelemetry(r, true)
			}
			if !yield(r) {
				return
			}
		}
	}
}

var (
	manyModels    = []string{"alpha:7b", "beta:latest", "gamma:13b"}
	manyScenarios = []string{"baseline-vs-chimera", "chimera-homo", "chimera-hetero", "tuned-vs-baseline"}
	manyRuntimes  = []string{"go", "python", "rust"}
)

const cells = 3 * 3 * 4

// nth is a run of the i-th cell.
func nth(i, round int) *record.Run {
	noise := rand.New(rand.NewPCG(uint64(i), 116))
	model, scenario := manyModels[i%3], manyScenarios[i/3%4]
	slow := 1.1 + 0.1*float64(i%cells%7) + 0.04*noise.NormFloat64()
	r := Pair(model, scenario, round, slow)
	if scenario == "tuned-vs-baseline" {
		r = Single(model, round)
	}
	place(r, manyRuntimes[i/12%3])
	if noise.IntN(500) == 0 {
		Fail(r)
	}
	return r
}

// place makes a run one of another client runtime.
func place(r *record.Run, runtime string) {
	r.Cell = r.Cell.With(record.CoordRuntime, runtime)
	r.Cell.ID = fmt.Sprintf("%s/%s/%s/%s_gpu80_ctx512_temp10", r.Suite, runtime, r.Cell.Model()[:4], r.Cell.Scenario())
}
