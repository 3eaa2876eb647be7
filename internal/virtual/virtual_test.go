package virtual

import (
	"errors"
	"flag"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSleepingTakesNoTime(t *testing.T) {
	began := time.Now()
	var slept time.Duration
	require.NoError(t, Run(func() error {
		start := time.Now()
		time.Sleep(time.Hour)
		slept = time.Since(start)
		return nil
	}))
	assert.Equal(t, time.Hour, slept, "exactly")
	assert.Less(t, time.Since(began), time.Minute)
}

func TestErrorsAndPanicsComeBack(t *testing.T) {
	want := errors.New("x")
	assert.ErrorIs(t, Run(func() error { return want }), want)
	assert.ErrorContains(t, Run(func() error { panic("oh") }), "panic: oh")
}

// "go test -count 3 -skip . -v" is about the caller's tests, and once made every
// simulated run three times as long.
func TestFlagsOfTheCallerChangeNothing(t *testing.T) {
	for name, value := range map[string]string{"test.count": "3", "test.skip": ".", "test.v": "true"} {
		f := flag.Lookup(name)
		old := f.Value.String()
		require.NoError(t, f.Value.Set(value))
		t.Cleanup(func() { _ = f.Value.Set(old) })
	}
	times := 0
	require.NoError(t, Run(func() error { times++; return nil }))
	assert.Equal(t, 1, times)
	assert.Equal(t, ".", flag.Lookup("test.skip").Value.String(), "as it was")
}

func BenchmarkRun(b *testing.B) {
	for b.Loop() {
		if err := Run(func() error { time.Sleep(time.Second); return nil }); err != nil {
			b.Fatal(err)
		}
	}
}
