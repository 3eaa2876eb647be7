package clock

import (
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestReadingsNeverGoBack(t *testing.T) {
	last := NS()
	for range 10_000 {
		now := NS()
		require.GreaterOrEqual(t, now, last)
		last = now
	}
}

func TestOfIsTheSameLine(t *testing.T) {
	before, now, after := NS(), Of(time.Now()), NS()
	assert.LessOrEqual(t, before, now)
	assert.LessOrEqual(t, now, after)
	at := time.Now()
	assert.Equal(t, int64(1500), Of(at.Add(1500))-Of(at))
}

func TestVirtualTimeIsExact(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		before := NS()
		time.Sleep(time.Hour + 1)
		assert.Equal(t, int64(time.Hour+1), NS()-before)
	})
}

// A client in another process stamps the same line: its reading lies between
// one taken before it started and one taken after it ended.
func TestTwoProcessesReadOneClock(t *testing.T) {
	if os.Getenv("PRINT_CLOCK") != "" {
		_, _ = os.Stdout.WriteString(strconv.FormatInt(NS(), 10) + "\n")
		return
	}
	if runtime.GOOS != "linux" {
		t.Skip("elsewhere the line starts with the process")
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestTwoProcessesReadOneClock$")
	cmd.Env = append(os.Environ(), "PRINT_CLOCK=1")
	before := NS()
	out, err := cmd.Output()
	after := NS()
	require.NoError(t, err)
	text, _, _ := strings.Cut(string(out), "\n")
	theirs, err := strconv.ParseInt(text, 10, 64)
	require.NoError(t, err, string(out))
	const slack = int64(time.Millisecond) // of pairing Go's clock with the host's
	assert.GreaterOrEqual(t, theirs, before-slack)
	assert.LessOrEqual(t, theirs, after+slack)
}
