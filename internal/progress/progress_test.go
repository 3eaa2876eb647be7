package progress

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// screen is a terminal of one line: what a person sees on it.
type screen struct {
	all    strings.Builder
	line   []rune
	at     int // the cursor
	closed bool
}

func (s *screen) Write(p []byte) (int, error) {
	s.all.Write(p)
	for rest := string(p); rest != ""; {
		if after, ok := strings.CutPrefix(rest, "\x1b[K"); ok {
			s.line, rest = s.line[:s.at], after
			continue
		}
		r, n := utf8.DecodeRuneInString(rest)
		rest = rest[n:]
		if r == '\r' {
			s.at = 0
			continue
		}
		if s.at == len(s.line) {
			s.line = append(s.line, 0)
		}
		s.line[s.at] = r
		s.at++
	}
	return len(p), nil
}

func (s *screen) Close() error { s.closed = true; return nil }

func opened(t *testing.T) (*Progress, *screen, func() []string) {
	t.Helper()
	dir := t.TempDir()
	p, err := Open(dir, true)
	require.NoError(t, err)
	s := &screen{}
	p.tty, p.width = s, 60
	return p, s, func() []string {
		text, err := os.ReadFile(filepath.Join(dir, LogName))
		require.NoError(t, err)
		var out []string
		for line := range strings.Lines(string(text)) {
			stamp, rest, ok := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
			require.True(t, ok, line)
			_, err := time.Parse(time.RFC3339, stamp)
			require.NoError(t, err, "every line begins with its time")
			out = append(out, rest)
		}
		return out
	}
}

func TestTheLogSaysWhereTheSessionIs(t *testing.T) {
	p, _, log := opened(t)
	p.Plan(3, 40*time.Second)
	assert.Equal(t, 2*time.Minute, p.Left(), "as the warm-up foretold")
	p.Note("warming up %s", "qwen2.5:7b")
	p.Begin("multi/go/a")
	p.End("multi/go/a speedup 1.50x", 10*time.Second)
	assert.Equal(t, 20*time.Second, p.Left(), "as the runs so far took")
	p.Begin("multi/go/b")
	p.Cancel()
	require.NoError(t, p.Close())
	assert.Equal(t, []string{
		"warming up qwen2.5:7b",
		"run 1 of 3, about 2 min left, running multi/go/a",
		"run 1 of 3, about 20 s left, done: multi/go/a speedup 1.50x (10.0 s)",
		"run 2 of 3, about 20 s left, running multi/go/b | last: multi/go/a speedup 1.50x",
		"run given up",
	}, log())
}

func TestTheTerminalShowsOneLineAndIsEmptyWhenABenchmarkPrints(t *testing.T) {
	p, s, _ := opened(t)
	p.Plan(2, time.Second)
	p.Note("a longer line")
	p.Note("short")
	assert.Equal(t, "short", string(s.line), "nothing is left of the line before")
	p.Begin("a cell whose name is so long that it does not fit on the terminal at all")
	assert.Len(t, s.line, 59, "one column stays free: a terminal wraps in its last")
	assert.True(t, strings.HasSuffix(string(s.line), "…"))
	p.End("done", time.Second)
	assert.Empty(t, s.line)
	p.Begin("another")
	p.Cancel()
	assert.Empty(t, s.line)
	p.Note("stopping")
	require.NoError(t, p.Close())
	assert.Empty(t, s.line)
	assert.True(t, s.closed)
	assert.NotContains(t, s.all.String(), "\n", "a line is redrawn, never left behind")
}

func TestAServersWordsStayOnTheirLine(t *testing.T) {
	p, s, log := opened(t)
	p.Plan(1, 0)
	p.End("FAILED: exit status 2\nCUDA error: \x1b[2Jout of memory\r", time.Second)
	p.Note("pulling\tx")
	assert.Equal(t, "pulling x", string(s.line))
	assert.NotContains(t, s.all.String(), "\x1b[2J")
	require.NoError(t, p.Close())
	assert.Len(t, log(), 2)
}

func TestTheLogOfAResumedSessionIsAppendedTo(t *testing.T) {
	dir := t.TempDir()
	for range 2 {
		p, err := Open(dir, true)
		require.NoError(t, err)
		assert.Nil(t, p.tty, "log only")
		p.Note("opened")
		require.NoError(t, p.Close())
	}
	text, err := os.ReadFile(filepath.Join(dir, LogName))
	require.NoError(t, err)
	assert.Equal(t, 2, strings.Count(string(text), "opened\n"))
	_, err = Open(filepath.Join(dir, "missing"), true)
	assert.ErrorContains(t, err, "open progress log")
}

func TestLinesOfSeveralGoroutinesAreWhole(t *testing.T) {
	p, _, log := opened(t)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 25 {
				p.Note("%s", strings.Repeat("x", 40))
				p.Left()
			}
		})
	}
	all.Wait()
	require.NoError(t, p.Close())
	lines := log()
	require.Len(t, lines, 100)
	for _, l := range lines {
		assert.Len(t, l, 40)
	}
}

func TestCut(t *testing.T) {
	for _, test := range []struct {
		text  string
		width int
		want  string
	}{
		{"fits", 4, "fits"}, {"fits", 5, "fits"}, {"not this", 4, "not…"}, {"ab", 1, "…"},
		{"Größe", 5, "Größe"}, {"Größen", 5, "Größ…"}, {"anything", 0, "anything"}, {"", 3, ""},
	} {
		assert.Equal(t, test.want, Cut(test.text, test.width), "%q in %d", test.text, test.width)
	}
}

func TestRound(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 s", 400 * time.Millisecond: "0 s", 500 * time.Millisecond: "1 s", 59 * time.Second: "59 s",
		59*time.Second + 400*time.Millisecond: "59 s", 59*time.Second + 600*time.Millisecond: "1 min",
		time.Minute: "1 min", 89 * time.Second: "1 min", 90 * time.Second: "2 min",
		59*time.Minute + 29*time.Second: "59 min", 59*time.Minute + 30*time.Second: "1 h 0 min",
		time.Hour: "1 h 0 min", 125 * time.Minute: "2 h 5 min", 26 * time.Hour: "26 h 0 min",
	} {
		assert.Equal(t, want, Round(d), d.String())
	}
}
