//go:build unix

package process

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/internal/procgroup"
)

// parentPlan tells a parent what to do.
type parentPlan struct {
	Config Config
	Model  string // loaded before the end, "": none
	End    string // exit, panic, or wait for a signal
}

const envPlan = "DUET_TEST_PLAN"

// parent is a program that starts servers and then ends without closing them.
func parent() {
	var plan parentPlan
	if err := json.Unmarshal([]byte(os.Getenv(envPlan)), &plan); err != nil {
		panic(err)
	}
	b, err := Start(context.Background(), plan.Config)
	if err == nil && plan.Model != "" {
		_, err = b.waitLoaded(context.Background(), plan.Model, record.Options{NumCtx: 512, NumThread: 1}, "5m")
	}
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	json.NewEncoder(os.Stdout).Encode(b.Endpoints())
	io.Copy(io.Discard, os.Stdin) // until the test has looked around
	switch plan.End {
	case "exit":
		os.Exit(7)
	case "panic":
		go panic("as planned")
	}
	time.Sleep(time.Minute)
}

// leave runs a parent, lets it end as planned and by the signal, if any, and
// expects that nothing is left of its servers.
func leave(t *testing.T, plan parentPlan, minMembers int, s syscall.Signal) {
	t.Helper()
	cmd, ends, letGo := startParent(t, plan)
	groups := groupsOf(t, ends, minMembers)
	letGo()
	if s != 0 {
		require.NoError(t, cmd.Process.Signal(s))
	}
	assert.Error(t, cmd.Wait(), "the parent was to end badly")
	for i, g := range groups {
		assert.Eventually(t, func() bool { return !procgroup.Populated(g) }, 10*time.Second, 10*time.Millisecond,
			"group of %s", ends[i].ID)
		_, err := net.Dial("tcp", strings.TrimPrefix(ends[i].URL, "http://"))
		assert.Error(t, err, "the port of %s still answers", ends[i].ID)
	}
}

func startParent(t *testing.T, plan parentPlan) (cmd *exec.Cmd, ends []backend.Endpoint, letGo func() error) {
	t.Helper()
	text, err := json.Marshal(plan)
	require.NoError(t, err)
	cmd = exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), envFake+"=parent", envPlan+"="+string(text))
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { cmd.Process.Kill() })
	line, _ := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, json.Unmarshal([]byte(line), &ends), line)
	return cmd, ends, in.Close
}

// groupsOf are the process groups of the servers, each with its guard, server
// and runner alive.
func groupsOf(t *testing.T, ends []backend.Endpoint, minMembers int) []int {
	t.Helper()
	var groups []int
	for _, e := range ends {
		g, err := syscall.Getpgid(e.PID)
		require.NoError(t, err)
		require.NotEqual(t, syscall.Getpgrp(), g)
		require.True(t, procgroup.Populated(g))
		requireMembers(t, g, minMembers)
		groups = append(groups, g)
	}
	return groups
}

func TestServersDieWithTheProgramThatStartedThem(t *testing.T) {
	for _, c := range []struct {
		name, end string
		signal    syscall.Signal
	}{
		{"by os.Exit", "exit", 0},
		{"by a panic", "panic", 0},
		{"by Ctrl-C", "wait", syscall.SIGINT},
		{"by SIGTERM", "wait", syscall.SIGTERM},
		{"by kill -9", "wait", syscall.SIGKILL},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			leave(t, parentPlan{Config: fakes(t, "ok"), End: c.end}, 3, c.signal)
		})
	}
}

func TestEvenStubbornServersDieWithTheProgram(t *testing.T) {
	leave(t, parentPlan{Config: fakes(t, "stubborn"), End: "wait"}, 3, syscall.SIGKILL)
}

func TestCloseEndsGuardServerAndRunner(t *testing.T) {
	b := start(t, fakes(t, "ok"))
	groups := groupsOf(t, b.Endpoints(), 3)
	require.NoError(t, b.Close(t.Context()))
	for _, g := range groups {
		assert.False(t, procgroup.Populated(g))
	}
}

func TestARunnerThatLostItsServerIsStoppedByRestart(t *testing.T) {
	b := start(t, fakes(t, "ok"))
	e := b.Endpoints()[1]
	group := groupsOf(t, b.Endpoints(), 3)[1]
	require.NoError(t, syscall.Kill(e.PID, syscall.SIGKILL))
	require.Eventually(t, func() bool { return !b.Alive(e.ID) }, 5*time.Second, 5*time.Millisecond)
	assert.True(t, procgroup.Populated(group), "guard and runner are still there")
	require.NoError(t, b.Restart(t.Context(), e.ID))
	assert.False(t, procgroup.Populated(group))
}

func TestAStartWhoseGuardDiedStillCloses(t *testing.T) {
	b := start(t, fakes(t, "ok"))
	group := groupsOf(t, b.Endpoints(), 3)[0]
	require.NoError(t, syscall.Kill(group, syscall.SIGKILL))
	require.NoError(t, b.Close(t.Context()))
	assert.False(t, procgroup.Populated(group))
}
