package process

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// requireMembers waits until a group has at least n processes.
func requireMembers(t *testing.T, pgid, n int) {
	t.Helper()
	require.Eventually(t, func() bool { return members(pgid) >= n }, 5*time.Second, 5*time.Millisecond)
}

func members(pgid int) int {
	n := 0
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		if stat, err := os.ReadFile(path); err == nil && inGroup(stat, pgid) {
			n++
		}
	}
	return n
}
