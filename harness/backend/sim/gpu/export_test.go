package gpu

import (
	"math"
	"time"
)

// Next is the time of the earliest event not yet handed out; false when there
// is none to come.
func (g *GPU) Next() (time.Duration, bool) {
	if len(g.ready) > 0 {
		return g.ready[0].At, true
	}
	if _, t := g.earliest(); !math.IsInf(t, 1) {
		return round(t), true
	}
	return 0, false
}

// Work is the time the job takes alone, without Load.
func (j Job) Work() time.Duration { return j.Ready(j.Tokens) }
