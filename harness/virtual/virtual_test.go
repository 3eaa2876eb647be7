package virtual

import (
	"errors"
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

func BenchmarkRun(b *testing.B) {
	for b.Loop() {
		if err := Run(func() error { time.Sleep(time.Second); return nil }); err != nil {
			b.Fatal(err)
		}
	}
}
