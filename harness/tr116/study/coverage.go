package study

import (
	"fmt"

	"github.com/chimeraforge/duet/harness/record"
)

func wholeMatrix(v *view) check {
	return whole("Every dual-agent configuration of the matrix was measured", v.multi.configs)
}

func wholeSingleMatrix(v *view) check {
	return whole("Every single-agent configuration of the matrix was measured", v.single.configs)
}

// levelsOf are the values that a matrix takes along each of its axes.
type levelsOf struct {
	runtimes, models, scenarios map[string]bool
	gpu, ctx                    map[int]bool
	temp                        map[float64]bool
}

func newLevels() levelsOf {
	return levelsOf{map[string]bool{}, map[string]bool{}, map[string]bool{}, map[int]bool{}, map[int]bool{}, map[float64]bool{}}
}

func (l levelsOf) add(c record.Cell) {
	l.runtimes[c.Runtime], l.models[c.Model], l.scenarios[c.Scenario] = true, true, true
	l.gpu[c.GPU], l.ctx[c.Ctx], l.temp[c.Temp] = true, true, true
}

func (l levelsOf) product() int {
	return len(l.runtimes) * len(l.models) * len(l.scenarios) * len(l.gpu) * len(l.ctx) * len(l.temp)
}

func (l levelsOf) String() string {
	return fmt.Sprintf("runtimes %d × models %d × scenarios %d × gpu %d × ctx %d × temp %d",
		len(l.runtimes), len(l.models), len(l.scenarios), len(l.gpu), len(l.ctx), len(l.temp))
}

// whole compares a suite's configurations that have measured runs with all
// combinations of the levels that occur, session by session.
func whole(item string, configs []*group) check {
	c := check{item: item}
	for from := 0; from < len(configs); {
		l, to := newLevels(), from
		for ; to < len(configs) && sameOrigin(configs[from].first, configs[to].first); to++ {
			l.add(configs[to].first.Cell)
			if len(configs[to].rows) > 0 {
				c.n++
			}
		}
		c.of += l.product()
		c.figures = l.String()
		if to < len(configs) || from > 0 {
			c.figures = "over several sessions"
		}
		from = to
	}
	c.holds = c.n == c.of
	return c
}
