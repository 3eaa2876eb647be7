//go:build linux && !race

package wire

import (
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// connected returns both ends of a TCP connection, the client's quiet.
func connected(t *testing.T) (client net.Conn, server *net.TCPConn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	client, err = dialQuiet(t.Context(), "tcp", l.Addr().String())
	require.NoError(t, err)
	require.IsType(t, &quietConn{}, client)
	t.Cleanup(func() { client.Close() })
	c, err := l.Accept()
	require.NoError(t, err)
	t.Cleanup(func() { c.Close() })
	return client, c.(*net.TCPConn)
}

func TestAQuietConnectionReadsAsAnyOther(t *testing.T) {
	client, server := connected(t)
	text := strings.Repeat("0123456789", 100_000)
	go func() {
		_, _ = io.Copy(server, strings.NewReader(text)) // more than the socket holds: reads wait, and come short
		_ = server.CloseWrite()
	}()
	got, err := io.ReadAll(client)
	require.NoError(t, err)
	assert.True(t, string(got) == text)
	n, err := client.Read(nil)
	assert.Zero(t, n)
	assert.NoError(t, err)
	n, err = client.Read(make([]byte, 1))
	assert.Zero(t, n)
	assert.Equal(t, io.EOF, err)
}

func TestAQuietReadEndsWithADeadlineAClosingAndAReset(t *testing.T) {
	client, server := connected(t)
	require.NoError(t, client.SetReadDeadline(time.Now().Add(time.Millisecond)))
	_, err := client.Read(make([]byte, 1))
	assert.ErrorIs(t, err, os.ErrDeadlineExceeded)
	require.NoError(t, client.SetReadDeadline(time.Time{}))

	failed := make(chan error)
	go func() {
		_, err := client.Read(make([]byte, 1))
		failed <- err
	}()
	require.NoError(t, server.SetLinger(0)) // a closing that resets
	require.NoError(t, server.Close())
	err = <-failed
	assert.ErrorIs(t, err, syscall.ECONNRESET)
	assert.Contains(t, err.Error(), "connection reset by peer")
	var op *net.OpError
	assert.True(t, errors.As(err, &op), "as net words it: %v", err)

	require.NoError(t, client.Close())
	_, err = client.Read(make([]byte, 1))
	assert.ErrorIs(t, err, net.ErrClosed)
}

func TestAClosedConnectionWakesItsReader(t *testing.T) {
	client, _ := connected(t)
	failed := make(chan error)
	go func() {
		_, err := client.Read(make([]byte, 1))
		failed <- err
	}()
	require.NoError(t, client.Close())
	assert.ErrorIs(t, <-failed, net.ErrClosed)
}

func TestAQuietReadAllocatesNothing(t *testing.T) {
	client, server := connected(t)
	buf := make([]byte, 16)
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		if _, err := server.Write(buf); err != nil {
			t.Fatal(err)
		}
		if _, err := client.Read(buf); err != nil {
			t.Fatal(err)
		}
	}))
}
