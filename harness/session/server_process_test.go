package session

import (
	"context"
	"net"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/backend"
)

// placed is a backend whose servers are where a test says.
type placed []backend.Endpoint

func (p placed) Kind() string                  { return "reuse" }
func (p placed) Endpoints() []backend.Endpoint { return p }
func (p placed) Close(context.Context) error   { return nil }

// The memory of a GPU is held by a runner, which is a child of its server.
func TestAProcessBelongsToTheServerAboveIt(t *testing.T) {
	child := exec.Command("go", "version") // waits for its output to be read
	out, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	defer func() { _ = out.Close(); _ = child.Wait() }()

	x := &Session{backend: placed{{ID: "s1", PID: os.Getpid()}}}
	assert.Equal(t, "s1", x.server(os.Getpid()))
	assert.Equal(t, "s1", x.server(child.Process.Pid))
	assert.Empty(t, x.server(os.Getppid()), "above a server is nobody's")
	assert.Empty(t, x.server(1<<30))
}

func TestAServerSomebodyElseStartedIsFoundByItsPort(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	x := &Session{backend: placed{{ID: "s2", URL: "http://" + l.Addr().String()}, {ID: "s1", URL: "http://127.0.0.1:1"}}}
	assert.Equal(t, "s2", x.server(os.Getpid()))
}
