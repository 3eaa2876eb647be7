package trust

import (
	"fmt"

	"github.com/chimeraforge/duet/harness/metric"
)

// labels is the warning label-mismatch over all runs; of another tool's, what
// the audit says. On a machine without a GPU the layers in every label are not
// in effect: every table says so, and it is no fault of the session's. A session on
// such a machine could never be valid otherwise, and NOT VALID would mean nothing.
//
// A file of another tool's may hold several runs, and a run may have several reasons,
// so the runs for which it does not hold are counted here.
func labels(s *session) outcome {
	if len(s.Files) == 0 {
		return skipped("There is no run.")
	}
	a := outcome{of: len(s.Files)}
	limits, offGPU := DefaultLimits(), 0
	for _, f := range s.Files {
		before := len(a.places)
		for _, d := range limits.Mislabelled(f.Run) {
			a.against(f.Path, d)
		}
		for _, w := range metric.Findings(f.Run) {
			switch w.Code {
			case metric.LabelMismatch:
				a.against(f.Path, named(w.Subject)+w.Evidence)
			case metric.NotOnGPU:
				offGPU++
			}
		}
		if len(a.places) > before {
			a.wrong++
		}
	}
	if offGPU > 0 {
		a.why = fmt.Sprintf("Nothing was in VRAM in %d runs: the GPU layers in their labels were asked for and are not in effect, as every table says (not-on-gpu).", offGPU)
	}
	return a
}

// named puts an agent's name before what is said of it.
func named(agent string) string {
	if agent == "" {
		return ""
	}
	return agent + " "
}
