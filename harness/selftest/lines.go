package selftest

import (
	"fmt"
	"math"
	"strings"
)

// Lines are answers as a session announces them, a line for each runtime: what is
// not as it was written, and what is off by most.
func AnswerLines(answers []Answer) string {
	var b strings.Builder
	for from := 0; from < len(answers); {
		to := from
		for to < len(answers) && answers[to].Runtime == answers[from].Runtime {
			to++
		}
		fmt.Fprintf(&b, "# known answers: %s: %s\n", answers[from].Runtime, line(answers[from:to]))
		from = to
	}
	return b.String()
}

// line is the answers of one runtime.
func line(answers []Answer) string {
	if len(answers) == 1 && answers[0].Case == "" {
		return "none: " + answers[0].Failure
	}
	var wrong []string
	for i := range answers {
		if w := answers[i].Wrong(); w != "" {
			wrong = append(wrong, answers[i].Case+": "+w)
		}
	}
	said := fmt.Sprintf("%d cases, every chunk and every failure seen", len(answers))
	if len(wrong) > 0 {
		said = strings.Join(wrong, "; ")
	}
	return said + "; off by at most " + worst(answers)
}

// worst is the largest error of each kind.
func worst(answers []Answer) string {
	var ttft, gap, rate, wall, speed float64
	for i := range answers {
		o := answers[i].Off()
		ttft, gap, rate = larger(ttft, o.TTFT), larger(gap, o.Gap), larger(rate, o.Rate)
		wall, speed = larger(wall, o.Wall), larger(speed, o.Speedup)
	}
	return fmt.Sprintf("TTFT %.2f ms, gaps %.2f ms (p90), decode rate %.2f %%, wall %.1f ms, speedup %.2f %%", ttft/1e6, gap/1e6, rate*100, wall/1e6, speed*100)
}

func larger(v float64, p *float64) float64 {
	if p == nil {
		return v
	}
	return max(v, math.Abs(*p))
}
