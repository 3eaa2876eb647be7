package harness

import (
	"flag"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var benchNames = []string{
	"BenchmarkMulti/model=qwen2p5_7b/runtime=go/scenario=chimera-homo/gpu=80/ctx=512/temp=1.0",
	"BenchmarkMulti/model=qwen2p5_7b/runtime=go/scenario=chimera-hetero/gpu=80/ctx=512/temp=1.0",
	"BenchmarkMulti/model=gemma3_latest/runtime=go/scenario=chimera-homo/gpu=80/ctx=512/temp=1.0",
	"BenchmarkSingle/model=gemma3_latest/runtime=go/gpu=60/ctx=1024/temp=0.8",
}

// selections are -bench and -skip with the number of benchNames that "go test"
// reports.
var selections = []struct {
	name, bench, skip string
	want              int
}{
	{"a dot selects everything", ".", "", 4},
	{"one function", "Multi", "", 3},
	{"an anchored function that is another", "^BenchmarkMult$", "", 0},
	{"elements are matched one by one", "Multi/gemma/go/homo", "", 1},
	{"an element does not match further right", "Multi/homo", "", 0},
	{"an empty element matches anything", "Multi///homo", "", 2},
	{"a trailing slash asks for one more element", "Single/gemma/go/60/1024/0.8/", "", 0},
	{"a pattern with more elements than names reports nothing", "Multi/./././././././.", "", 0},
	{"alternatives have elements of their own", "Single/gemma|Multi/qwen", "", 3},
	{"alternatives inside parentheses stay in one element", "Multi/model=(qwen|gemma)/go/homo", "", 2},
	{"a slash inside parentheses is no separator", "Multi/(model=qwen|/x)/go", "", 2},
	{"a bar in a class is no alternative", "Multi/model=[q|g]/go/homo", "", 2},
	{"a slash in a class is no separator", "Multi/model=[^/]*7b", "", 2},
	{"a parenthesis in a class opens nothing", "Multi/model=[(q]|Single", "", 3},
	{"an escaped bracket opens no class", `Multi/\[|Single`, "", 1},
	{"an escaped parenthesis opens no group", `Multi/\(|Single`, "", 1},
	{"an escaped bar is a letter", `Multi\|Single`, "", 0},
	{"a stray closing bracket is a letter", "Multi/]|Single", "", 1},
	{"a space is an underscore, as in names", "Multi/gemma3 latest", "", 1},
	{"case counts unless told otherwise", "multi|(?i)single", "", 1},
	{"a first alternative that fits in part hides a second that fits", "Multi/./././././././.|Multi", "", 0},
	{"skip takes away", ".", "homo|hetero", 4},
	{"skip takes an element away", ".", "///homo", 2},
	{"skip with more elements than names takes nothing away", ".", "Multi/./././././././.", 4},
	{"skip of a whole function", ".", "Multi", 1},
	{"skip wins over bench", "Single", "Single/gemma", 0},
}

func TestTheMatcherSelectsWhatGoTestReports(t *testing.T) {
	for _, test := range selections {
		t.Run(test.name, func(t *testing.T) {
			m, err := newMatcher(test.bench, test.skip)
			require.NoError(t, err)
			ours := []string{}
			for _, n := range benchNames {
				if m.name(n) {
					ours = append(ours, n)
				}
			}
			assert.Len(t, ours, test.want)
			assert.ElementsMatch(t, goTestReports(t, test.bench, test.skip), ours, "what package testing itself does")
		})
	}
}

// goTestReports asks package testing. A benchmark that it runs only to look for
// others below sees one iteration, one that it reports sees two.
func goTestReports(t *testing.T, bench, skip string) []string {
	t.Helper()
	setFlag(t, "test.bench", bench)
	setFlag(t, "test.skip", skip)
	setFlag(t, "test.benchtime", "2x")
	out := os.Stdout
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	require.NoError(t, err)
	os.Stdout = null
	defer func() { os.Stdout = out; _ = null.Close() }()

	reported := []string{}
	var all []testing.InternalBenchmark
	for _, function := range []string{"BenchmarkMulti", "BenchmarkSingle"} {
		all = append(all, testing.InternalBenchmark{Name: function, F: func(b *testing.B) {
			for _, full := range benchNames {
				if name, ok := strings.CutPrefix(full, function+"/"); ok {
					b.Run(name, func(b *testing.B) {
						if b.N == 2 {
							reported = append(reported, full)
						}
					})
				}
			}
		}})
	}
	match := func(pat, str string) (bool, error) { return regexp.MatchString(pat, str) }
	testing.RunBenchmarks(match, all)
	slices.Sort(reported)
	return slices.Compact(reported)
}

func setFlag(t *testing.T, name, value string) {
	t.Helper()
	old := flag.Lookup(name).Value.String()
	require.NoError(t, flag.Set(name, value))
	t.Cleanup(func() { _ = flag.Set(name, old) })
}

func TestABadPatternNamesItsFlag(t *testing.T) {
	_, err := newMatcher("Multi/(", "")
	require.ErrorContains(t, err, "-bench=Multi/(: ")
	assert.NotContains(t, err.Error(), "\n")
	_, err = newMatcher(".", "[")
	assert.ErrorContains(t, err, "-skip=[: ")
}
