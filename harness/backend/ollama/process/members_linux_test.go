package process

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/internal/procgroup"
)

// requireMembers waits until a group has at least n processes.
func requireMembers(t *testing.T, pgid, n int) {
	t.Helper()
	require.Eventually(t, func() bool { return procgroup.Members(pgid) >= n }, 5*time.Second, 5*time.Millisecond)
}
