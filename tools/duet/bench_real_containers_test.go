//go:build ollama || gpu

package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/backend/ollama"
	"github.com/chimeraforge/duet/harness/backend/ollama/container"
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
	"github.com/chimeraforge/duet/tools/duet/internal/suites"
)

// containers are the arguments of the tests with containers: the image that
// "make image" builds, the synthetic models, and both topologies in one session.
func containers(results string, more ...string) []string {
	return append([]string{
		"-tags", "ollama", "-suites", "multi", "-duet.models=tiny", "-duet.servers=container", "-duet.image=" + container.Built,
		"-duet.budget=32", "-duet.scenarios=chimera-homo", "-duet.results=" + results,
		// One thread each, so that a busy machine makes nothing spin: what is tested
		// here is that everything works, not how fast.
		"-duet.threads=1",
	}, more...)
}

// docker runs the engine's own command and returns what it prints.
func docker(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.Command("docker", args...).CombinedOutput()
	require.NoError(t, err, string(out))
	return strings.TrimSpace(string(out))
}

// engineState is everything that a session could leave on the engine.
func engineState(t *testing.T) []string {
	t.Helper()
	return []string{
		docker(t, "ps", "-aq", "--no-trunc"), docker(t, "volume", "ls", "-q"), docker(t, "network", "ls", "-q", "--no-trunc"),
	}
}

// watched is output that calls then, once, when it has seen a text.
type watched struct {
	mu   sync.Mutex
	all  bytes.Buffer
	text string
	then func()
}

func (w *watched) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.all.Write(p)
	if w.then != nil && strings.Contains(w.all.String(), w.text) {
		go w.then()
		w.then = nil
	}
	return os.Stdout.Write(p)
}

func (w *watched) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.all.String()
}

// TestRealContainers runs the multi suite in containers on a real engine, two
// servers against one, and kills one container in mid-run: that run is recorded
// as failed, the server is started again, and the rest of the matrix is made.
func TestRealContainers(t *testing.T) {
	before := engineState(t)
	atRoot(t)
	all := t.TempDir()
	out := &watched{text: "\nBenchmarkMulti/"}
	out.then = func() { killLoaded(t, out.String()) }
	err := bench(t.Context(), out, os.Stderr, containers(all, "-duet.topology=two,one", "-duet.rounds=2", "-duet.cpus=1", "-duet.memory=1g"))
	assert.Equal(t, 1, exitCode(err), "a failed run is a failed session")
	tree, err := results.ReadTree(all)
	require.NoError(t, err)
	require.Empty(t, tree.Errors)
	require.Len(t, tree.Files, 3*2*2, "the matrix was finished")
	var runs []*record.Run
	failed, good := 0, map[string]int{}
	for _, f := range tree.Files {
		runs = append(runs, f.Run)
		if !f.Run.OK() {
			failed++
			t.Logf("failed, as it must: %s run %d: %s", f.Run.Cell.ID, f.Run.RunNumber, f.Run.Error)
			continue
		}
		good[f.Run.Cell.Topology()+" "+f.Run.Cell.Model()]++
		checkContained(t, f.Run)
	}
	if !assert.Equal(t, 1, failed, "one crash costs one run") {
		log, _ := os.ReadFile(filepath.Join(tree.Files[0].Session(), "progress.log"))
		t.Log(string(log))
	}
	for _, m := range plan.Tiny {
		assert.Positive(t, good[" "+m], "two servers, %s", m)
		assert.Positive(t, good["one "+m], "one server, %s", m)
	}
	keptApart(t, runs, out.String(), tree.Files[0].Session())
	assert.Equal(t, before, engineState(t), "containers, volumes, networks")
}

// second is the line that says where the second agent's server is.
var second = regexp.MustCompile(`#   s2 +(\S+), version`)

// killLoaded kills the second agent's container once it holds a model, which is
// when a run needs it.
func killLoaded(t *testing.T, said string) {
	server := ollama.New(second.FindStringSubmatch(said)[1])
	for {
		loaded, err := server.Ps(t.Context())
		if !assert.NoError(t, err) || len(loaded) > 0 {
			break
		}
	}
	docker(t, "kill", "-s", "KILL", docker(t, "ps", "-q", "--filter", "label=duet.server=s2"))
}

// checkContained holds a good run to what only a container can give.
func checkContained(t *testing.T, r *record.Run) {
	t.Helper()
	assert.Equal(t, "container", r.Backend.Kind)
	urls := map[string]bool{}
	for _, s := range r.Servers {
		require.NotNil(t, s.Container)
		assert.Regexp(t, `^[0-9a-f]{64}$`, s.Container.ID)
		assert.Equal(t, container.Built, s.Container.Image)
		assert.Regexp(t, `^sha256:[0-9a-f]{64}$`, s.Container.ImageID)
		assert.Equal(t, float64(s.SlotsAsked), s.Container.CPUs, "a processor for each agent")
		assert.Equal(t, int64(s.SlotsAsked)<<30, s.Container.MemoryB)
		assert.Equal(t, "none", s.Container.GPUs)
		assert.Regexp(t, `^servers/(s1|s2|all)\.log$`, s.Log)
		urls[s.URL] = true
	}
	want, parallel := 2, 1
	if r.Cell.Topology() == record.TopologyOne {
		want, parallel = 1, 2
	}
	assert.Len(t, urls, want)
	assert.Equal(t, parallel, r.Servers[0].SlotsAsked)
	require.NotNil(t, r.Derived)
	require.NotNil(t, r.Derived.Get("speedup_measured"))
}

// keptApart sees that no mean is of both topologies, in tables or in lines.
func keptApart(t *testing.T, runs []*record.Run, out, session string) {
	t.Helper()
	assert.Contains(t, out, "/scenario=chimera-homo/topology=one/")
	set := metric.NewSet(runs)
	assert.True(t, set.Mixed, "the tables say which")
	for _, g := range set.Groups(record.SuiteMulti, metric.ByModel) {
		for _, row := range g.Rows {
			assert.Equal(t, g.First().Cell.Topology(), row.Run.Cell.Topology())
		}
	}
	page, err := os.ReadFile(filepath.Join(session, "report.md"))
	require.NoError(t, err)
	assert.Contains(t, string(page), "container, one server, synthetic models")
}

// TestRealContainersInterrupted interrupts a session in mid-run, as Ctrl-C does:
// the engine has nothing of it left, and the same command makes the rest.
func TestRealContainersInterrupted(t *testing.T) {
	before := engineState(t)
	atRoot(t)
	all := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out := &watched{text: "\nBenchmarkMulti/", then: cancel}
	args := containers(all, "-duet.rounds=1")
	err := bench(ctx, out, os.Stderr, args)
	assert.Equal(t, suites.Interrupted, exitCode(err), "interrupted: %v", err)
	assert.Eventually(t, func() bool { return assert.ObjectsAreEqual(before, engineState(t)) }, 10*time.Second, 100*time.Millisecond,
		"containers, volumes, networks")
	tree, err := results.ReadTree(all)
	require.NoError(t, err)
	require.Empty(t, tree.Errors)
	assert.Less(t, len(tree.Files), 3, "it was in the middle")

	require.NoError(t, bench(t.Context(), out, os.Stderr, args))
	tree, err = results.ReadTree(all)
	require.NoError(t, err)
	require.Len(t, tree.Files, 3)
	for _, f := range tree.Files {
		assert.True(t, f.Run.OK())
	}
	assert.Equal(t, before, engineState(t))
}
