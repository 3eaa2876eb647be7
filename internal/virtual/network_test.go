package virtual_test

import (
	"context"
	"errors"
	"io"
	"net"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/internal/virtual"
)

func TestPipesBehaveLikeANetwork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := virtual.NewNetwork()
		_, err := n.Dial(t.Context(), "tcp", "a.localhost:80")
		require.ErrorIs(t, err, syscall.ECONNREFUSED)
		l, err := n.Listen("a")
		require.NoError(t, err)
		_, err = n.Listen("a")
		require.ErrorIs(t, err, syscall.EADDRINUSE)

		go func() {
			c, err := n.Dial(t.Context(), "tcp", l.Addr().String())
			if assert.NoError(t, err) {
				_, _ = io.WriteString(c, "hello")
				c.Close()
			}
		}()
		c, err := l.Accept()
		require.NoError(t, err)
		got, err := io.ReadAll(c)
		require.NoError(t, err)
		assert.Equal(t, "hello", string(got))
		c.Close()

		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err = n.Dial(ctx, "tcp", l.Addr().String()) // nobody accepts
		require.ErrorIs(t, err, context.DeadlineExceeded)

		require.NoError(t, l.Close())
		require.NoError(t, l.Close())
		_, err = l.Accept()
		assert.True(t, errors.Is(err, net.ErrClosed))
		_, err = n.Dial(t.Context(), "tcp", l.Addr().String())
		require.ErrorIs(t, err, syscall.ECONNREFUSED)
		l, err = n.Listen("a")
		require.NoError(t, err, "the name is free again")
		require.NoError(t, l.Close())
	})
}
