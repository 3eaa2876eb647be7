package harness

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
)

// What a user sees of a suite is tested in suites/commands.

func TestAStopHappensBetweenTwoRunsAndSaysWhy(t *testing.T) {
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, test := range []struct {
		name   string
		ctx    context.Context
		left   time.Duration // until the deadline; 0: none
		broken error
		want   string
	}{
		{"nothing to stop for", t.Context(), 0, nil, ""},
		{"a deadline that is far", t.Context(), time.Hour, nil, ""},
		{"a deadline too near for a run and for closing", t.Context(), deadlineMargin + 5*time.Second, nil, "go test would end this binary in 20 s and the next run needs about "},
		{"a deadline that has passed", t.Context(), -time.Second, nil, "go test would end this binary in "},
		{"an interrupt", cancelled, 0, nil, "interrupted"},
		{"an interrupt before a deadline", cancelled, time.Millisecond, nil, "interrupted"},
		{"a full disk", t.Context(), 0, errors.New("no space left on device"), "no space left on device"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var deadline time.Time
			if test.left != 0 {
				deadline = time.Now().Add(test.left)
			}
			s := newStop(test.ctx, deadline)
			if test.broken != nil {
				s.because(fmt.Errorf("write run: %w", test.broken))
			}
			assert.Equal(t, test.want != "", s.now(18*time.Second))
			assert.Contains(t, s.reason(), test.want)
			s.because(errors.New("something later"))
			assert.Contains(t, s.reason(), test.want, "the first reason stays")
		})
	}
}

func TestResultsLieUnderTheModuleFromWhereverATestRuns(t *testing.T) {
	root := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(root, "go.mod"), []byte("module x\n"), 0o644))
	deep := filepath.Join(root, "suites", "multi")
	require.NoError(t, os.MkdirAll(deep, 0o755))
	abs := filepath.Join(t.TempDir(), "elsewhere")
	for _, at := range []string{root, deep} {
		t.Chdir(at)
		got, err := underModule("results")
		require.NoError(t, err)
		want, err := filepath.EvalSymlinks(root)
		require.NoError(t, err)
		resolved, err := filepath.EvalSymlinks(filepath.Dir(got))
		require.NoError(t, err)
		assert.Equal(t, want, resolved)
		got, err = underModule(abs)
		require.NoError(t, err)
		assert.Equal(t, abs, got)
	}
}
