//go:build (ollama || gpu) && unix

package container

import (
	"bufio"
	"context"
	"encoding/json"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNothingIsLeftHoweverTheProgramEnds(t *testing.T) {
	e := realEngine(t)
	for _, test := range []struct {
		name, end string
		signal    syscall.Signal
	}{
		{"by os.Exit", "exit", 0},
		{"by a panic", "panic", 0},
		{"by Ctrl-C", "wait", syscall.SIGINT},
		{"by kill -9", "wait", syscall.SIGKILL},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			leave(t, e, parentPlan{Config: realConfig(t), End: test.end}, test.signal)
		})
	}
}

// leave runs a parent, lets it end as planned and by the signal, if any, and
// expects that nothing is left of its containers.
func leave(t *testing.T, e *Engine, plan parentPlan, s syscall.Signal) {
	t.Helper()
	text, err := json.Marshal(plan)
	require.NoError(t, err)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), envParent+"="+string(text))
	out, outErr := cmd.StdoutPipe()
	in, inErr := cmd.StdinPipe()
	require.NoError(t, outErr)
	require.NoError(t, inErr)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { cmd.Process.Kill() })
	session, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	session = strings.TrimSpace(session)
	found, err := e.labelled(t.Context(), labelSession+"="+session)
	require.NoError(t, err)
	require.Len(t, found, 2, session)
	require.NoError(t, in.Close())
	if s != 0 {
		require.NoError(t, cmd.Process.Signal(s))
	}
	assert.Error(t, cmd.Wait(), "the parent was to end badly")
	assert.Eventually(t, func() bool {
		left, err := e.labelled(t.Context(), labelSession+"="+session)
		return err == nil && len(left) == 0
	}, 30*time.Second, 50*time.Millisecond)
}

// made is a container that never runs, with an owner.
func made(t *testing.T, e *Engine, owner string) string {
	t.Helper()
	labels := map[string]string{labelSession: newSession(), labelOwner: owner, labelPlace: place()}
	_, err := e.client.ContainerCreate(t.Context(), client.ContainerCreateOptions{
		Config: &container.Config{Image: Built, Labels: labels},
	})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, e.removeAll(context.Background(), labelSession+"="+labels[labelSession])) })
	return labels[labelSession]
}

func TestASweepTakesWhatNobodyOwns(t *testing.T) {
	e := realEngine(t)
	orphan, mine := made(t, e, "1073741824:5"), made(t, e, owner())
	require.NoError(t, e.Sweep(t.Context()))
	left, err := e.labelled(t.Context(), labelSession+"="+orphan)
	require.NoError(t, err)
	assert.Empty(t, left, "its owner is gone")
	left, err = e.labelled(t.Context(), labelSession+"="+mine)
	require.NoError(t, err)
	assert.Len(t, left, 1, "its owner lives")
}

func TestAnImageThatIsNowhereSaysWhatToTry(t *testing.T) {
	realEngine(t)
	cfg := realConfig(t)
	cfg.Image = "duet.invalid/ollama:none"
	_, err := Start(t.Context(), cfg)
	assert.ErrorContains(t, err, "cannot be pulled")
	assert.ErrorContains(t, err, "make image")
}

func TestATakenPortSaysWhatToTryAndLeavesNothing(t *testing.T) {
	e := realEngine(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	cfg := realConfig(t)
	cfg.Ports[1] = l.Addr().(*net.TCPAddr).Port
	_, err = Start(t.Context(), cfg)
	assert.ErrorContains(t, err, "-duet.endpoints")
	left, err := e.labelled(t.Context(), labelOwner+"="+owner())
	require.NoError(t, err)
	assert.Empty(t, left)
}
