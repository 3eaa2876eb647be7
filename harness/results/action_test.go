package results

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden/synthetic"
	"github.com/chimeraforge/duet/harness/metric"
)

// The action that most projects track Go benchmarks with, github-action-benchmark,
// documents what it reads of "tool: go": lines of Go's benchmark data format,
//
//	<name> <iterations> <value> <unit> [<value> <unit>...]
//
// with fields between blanks, an even number of them and at least four; a name of
// letters, digits and the characters below, whose -N at the end is the processors;
// and every other line is nothing to it.
var (
	actionName   = regexp.MustCompile(`^Benchmark\w+[\w()$%^&*+,./:;<=\-|\[\]{}"#]*$`)
	actionNumber = regexp.MustCompile(`^[0-9.]+$`)
)

func TestTheBenchmarkActionReadsOurLines(t *testing.T) {
	for _, r := range synthetic.Runs() {
		metric.Annotate(r)
		if !r.OK() {
			continue
		}
		fields := strings.Fields(Line(r))
		require.GreaterOrEqual(t, len(fields), 4)
		assert.Zero(t, len(fields)%2, "name and iterations, then pairs")
		assert.Regexp(t, actionName, fields[0])
		assert.Equal(t, CellName(r), strings.TrimPrefix(regexp.MustCompile(`-\d+$`).ReplaceAllString(fields[0], ""), "Benchmark"),
			"without the processors it is the cell's name, and nothing else is lost")
		n, err := strconv.Atoi(fields[1])
		require.NoError(t, err)
		assert.Equal(t, 1, n)
		for i := 2; i < len(fields); i += 2 {
			assert.Regexp(t, actionNumber, fields[i], "no exponent and no sign: it would stop there")
			assert.NotEmpty(t, fields[i+1])
			assert.NotRegexp(t, `^[0-9.]`, fields[i+1], "a unit is no value")
		}
		assert.Equal(t, "ns/op", fields[3], "the first value is the time")
	}
}

func TestTheBenchmarkActionReadsNothingElseOfOurs(t *testing.T) {
	r := synthetic.Runs()[0]
	for line := range strings.Lines(Header(r.Suite, r.Backend, r.Environment)) {
		assert.False(t, strings.HasPrefix(line, "Benchmark"), line)
	}
}
