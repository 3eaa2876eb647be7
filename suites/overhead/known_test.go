package overhead

import (
	"errors"
	"fmt"
	"io"
	"math"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/driver"
	"github.com/chimeraforge/duet/harness/driver/drivertest"
	"github.com/chimeraforge/duet/harness/selftest"
	"github.com/chimeraforge/duet/harness/table"
)

// answers are the last that each runtime gave to each case, for the end of the run.
var answers struct {
	sync.Mutex
	all []selftest.Answer
}

func TestKnownAnswers(t *testing.T) {
	drivertest.Every(t, func(t *testing.T, d driver.Driver) {
		for i := range selftest.Cases {
			c := &selftest.Cases[i]
			t.Run(c.Name, func(t *testing.T) {
				var last selftest.Answer
				eventually(t, func(busy bool) error {
					margin := allowed[d.Name()]
					if busy && margin != (margins{}) {
						margin = margin.onThis()
					}
					var err error
					last, err = selftest.Test{Driver: d}.Run(t.Context(), c)
					require.NoError(t, err)
					require.Empty(t, last.Wrong(), "no machine is so busy that a chunk is not there")
					return near(margin, &last)
				})
				answers.Lock()
				answers.all = append(answers.all, last)
				answers.Unlock()
			})
		}
	})
}

// near compares an answer with the truth.
func near(m margins, a *selftest.Answer) error {
	off := a.Off()
	if off.Speedup != nil {
		off.Wall = nil // it depends on how well the two overlap, and is in the speedup
	}
	var errs []error
	for _, x := range []struct {
		name   string
		off    *float64
		margin float64
		unit   string
		per    float64 // of the above
	}{
		{"TTFT", off.TTFT, float64(m.ttft), "ms", 1e6},
		{"gaps, p90", off.Gap, float64(m.gap), "ms", 1e6},
		{"decode rate", off.Rate, m.rate, "%", 0.01},
		{"wall", off.Wall, float64(m.wall), "ms", 1e6},
		{"speedup", off.Speedup, m.speed, "%", 0.01},
	} {
		if x.off != nil && x.margin > 0 && math.Abs(*x.off) > x.margin {
			errs = append(errs, fmt.Errorf("%s: off by %.3f %s; the margin is %.1f", x.name, *x.off/x.per, x.unit, x.margin/x.per))
		}
	}
	return errors.Join(errs...)
}

// printKnown prints what was answered.
func printKnown(w io.Writer) {
	answers.Lock()
	defer answers.Unlock()
	if len(answers.all) > 0 {
		fmt.Fprintf(w, "\n%s\n", table.Plain(selftest.AnswerTable(answers.all), 0))
	}
}
