//go:build ollama || gpu

package reuse_test

import (
	"context"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/backend/ollama/process"
	"github.com/chimeraforge/duet/harness/backend/ollama/reuse"
	"github.com/chimeraforge/duet/harness/backend/ollama/synthetic"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
)

// TestRealServersAreToldApart loads the same model on two real servers that
// share a folder, and looks at them directly and through a forwarded port.
func TestRealServersAreToldApart(t *testing.T) {
	path, _, err := process.Find()
	if err != nil {
		t.Fatalf("%v; 'make test' builds one, DUET_OLLAMA names one", err)
	}
	ports, err := process.FreePorts(2)
	require.NoError(t, err)
	servers, err := process.Start(t.Context(), process.Config{Binary: path, Ports: ports, ModelsDir: t.TempDir()})
	require.NoError(t, err)
	defer func() { assert.NoError(t, servers.Close(context.Background())) }()
	one, two := servers.Endpoints()[0].URL, servers.Endpoints()[1].URL
	forwarded := forward(t, strings.TrimPrefix(one, "http://"))

	require.NoError(t, synthetic.Register(t.Context(), one, plan.Tiny[0]))
	b, err := reuse.Start(t.Context(), reuse.Config{URLs: []string{one, forwarded}})
	require.NoError(t, err, "nothing is loaded, so nothing can be seen")

	opts := record.Options{NumCtx: 512, NumThread: 1, NumPredict: 1}
	for _, e := range servers.Endpoints() {
		_, err = servers.Load(t.Context(), e.URL, plan.Tiny[0], "Ready?", opts)
		require.NoError(t, err)
	}
	assert.ErrorIs(t, b.Distinct(t.Context()), reuse.ErrSame)
	_, err = reuse.Start(t.Context(), reuse.Config{URLs: []string{one, forwarded}})
	assert.ErrorIs(t, err, reuse.ErrSame)
	_, err = reuse.Start(t.Context(), reuse.Config{URLs: []string{one, two}})
	assert.NoError(t, err)
}

// forward gives a server a second address.
func forward(t *testing.T, to string) (url string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var open sync.WaitGroup
	open.Go(func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			open.Go(func() { join(in, to) })
		}
	})
	t.Cleanup(func() { l.Close(); open.Wait() })
	return "http://" + l.Addr().String()
}

func join(in net.Conn, to string) {
	defer in.Close()
	out, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer out.Close()
	go io.Copy(out, in)
	io.Copy(in, out)
}
