package driver

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/workload"
)

// program is this test binary as a client runtime that behaves as mode says.
func program(t *testing.T, mode string) (p *Program, pids string) {
	t.Helper()
	pids = filepath.Join(t.TempDir(), "pids")
	return &Program{
		Runtime: "fake", Command: []string{os.Args[0]}, LogDir: t.TempDir(),
		Env:   []string{envFake + "=" + mode, envPIDs + "=" + pids, "GORACE=atexit_sleep_ms=0"},
		Start: 20 * time.Second, Silence: 500 * time.Millisecond,
	}, pids
}

func request() Request {
	return Request{Agents: []Agent{{ID: "a", Calls: []workload.Call{{Prompt: "p", Seed: 1, NumPredict: 1}}}}}
}

func TestAPassOfAProgram(t *testing.T) {
	p, pids := program(t, "good")
	res, err := p.Run(t.Context(), request())
	require.NoError(t, err)
	require.Len(t, res.Calls, 1)
	assert.Equal(t, "fake 1", res.Client.Runtime)
	assert.Positive(t, res.Client.StartupNS)
	assert.Equal(t, "fake", p.Name())
	assertGone(t, pids, 1)
}

func TestAProgramThatTakesLongSaysThatItLives(t *testing.T) {
	p, _ := program(t, "slow")
	_, err := p.Run(t.Context(), request())
	assert.NoError(t, err)
}

func TestWhatAProgramWritesToStandardErrorIsKept(t *testing.T) {
	p, _ := program(t, "good")
	for range 2 {
		_, err := p.Run(t.Context(), request())
		require.NoError(t, err)
	}
	text, err := os.ReadFile(filepath.Join(p.LogDir, "fake.log"))
	require.NoError(t, err)
	assert.Equal(t, "a word on standard error\na word on standard error\n", string(text))
}

func TestWhateverAProgramDoesThePassEndsAndNothingIsLeft(t *testing.T) {
	for mode, want := range map[string]string{
		"dies":          "not ready: it ended: exit status 3; its standard error ends:\n  | a word on standard error\n  | no good reason",
		"leaves":        "not ready: it ended with status 0",
		"says nothing":  "not ready: silent for 300ms",
		"old":           "it speaks version 0 of the protocol, and not 1",
		"no ready":      `it begins with "result" and not with ready`,
		"garbage":       `no result: not a line of the protocol: "Traceback (most recent call last):"`,
		"half a line":   `no result: the output ends within a line: "{\"event\":\"res"`,
		"crashes":       "no result: it ended: exit status 2; its standard error ends:",
		"stops":         "no result: silent for 500ms",
		"stubborn":      "no result: silent for 500ms",
		"family":        "no result: silent for 500ms",
		"deaf":          "silent for 500ms",
		"talks":         `it said "hello" where a result belongs`,
		"lingers":       "after its result it went on for 5s",
		"fails after":   "after its result it ended: exit status 4",
		"another clock": "its result cannot be: the gun at 5 ns does not lie between request and result",
		"no calls":      "its result cannot be: 0 of 1 calls of a, and none failed",
		"more calls":    `its result cannot be: call 0 of "b", which nobody asked for`,
		"no stamps":     "its result cannot be: call 0 of a: no headers_ns and no error",
		"backwards":     "its result cannot be: call 0 of a: first_ns lies before headers_ns",
	} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			p, pids := program(t, mode)
			if mode == "says nothing" {
				p.Start = 300 * time.Millisecond
			}
			_, err := p.Run(t.Context(), request())
			require.Error(t, err)
			assert.Contains(t, err.Error(), "fake driver: ")
			assert.Contains(t, err.Error(), want)
			members := 1
			if mode == "family" {
				members = 2
			}
			assertGone(t, pids, members)
		})
	}
}

func TestAnInterruptEndsTheProgram(t *testing.T) {
	for _, mode := range []string{"says nothing", "stops", "stubborn", "family"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			p, pids := program(t, mode)
			p.Silence = time.Minute
			ctx, cancel := context.WithCancelCause(t.Context())
			go func() {
				for !exists(pids) {
					time.Sleep(time.Millisecond)
				}
				cancel(errors.New("Ctrl-C"))
			}()
			_, err := p.Run(ctx, request())
			assert.EqualError(t, err, "fake driver: Ctrl-C")
			assertGone(t, pids, 1)
		})
	}
}

func TestAProgramThatIsNotThere(t *testing.T) {
	p := &Program{Runtime: "x", Command: []string{filepath.Join(t.TempDir(), "nothing")}}
	_, err := p.Run(t.Context(), request())
	assert.ErrorContains(t, err, "x driver: start nothing: ")
}

func exists(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Size() > 0
}

// assertGone expects that the processes that a program noted, at least n, ended.
func assertGone(t *testing.T, pids string, n int) {
	t.Helper()
	text, err := os.ReadFile(pids)
	require.NoError(t, err)
	var all []int
	for rest := string(text); ; {
		var pid int
		if _, err := fmt.Sscanf(rest, "%d\n", &pid); err != nil {
			break
		}
		all = append(all, pid)
		rest = rest[len(fmt.Sprintln(pid)):]
	}
	require.GreaterOrEqual(t, len(all), n)
	for _, pid := range all {
		assert.False(t, alive(pid), "process %d", pid)
	}
}
