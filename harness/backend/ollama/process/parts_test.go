package process

import (
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/internal/procgroup"
)

func TestTailQuotesTheLastLinesOfThisStart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.log")
	old := "old: address already in use\n"
	require.NoError(t, os.WriteFile(path, []byte(old+strings.Repeat("line\n", 100)+"last"), 0o644))
	got := Tail(path, int64(len(old)))
	assert.Equal(t, "the end of "+path+":"+strings.Repeat("\n  | line", procgroup.TailLines-1)+"\n  | last", got)
	assert.False(t, portTaken(Tail(path, int64(len(old)))))

	require.NoError(t, os.WriteFile(path, nil, 0o644))
	assert.Contains(t, Tail(path, 0), "(empty)")
	assert.Contains(t, Tail(path+"x", 0), "no such file")
}

func TestServersRunWithWhatMakesThemComparable(t *testing.T) {
	t.Setenv("OLLAMA_NUM_PARALLEL", "4")
	t.Setenv("DUET_PROCESS_GUARD", "yes")
	s := instance{slots: 1, cfg: Config{Env: []string{"OLLAMA_DEBUG=1"}}, home: "/h", models: "/m", port: 7}
	last := map[string]string{}
	for _, kv := range s.environment() {
		k, v, _ := strings.Cut(kv, "=")
		last[k] = v
	}
	assert.Equal(t, "127.0.0.1:7", last["OLLAMA_HOST"])
	assert.Equal(t, "/m", last["OLLAMA_MODELS"])
	assert.Equal(t, "1", last["OLLAMA_NOPRUNE"])
	assert.Equal(t, "1", last["OLLAMA_NUM_PARALLEL"])
	assert.Equal(t, "1", last["OLLAMA_MAX_LOADED_MODELS"])
	assert.Equal(t, "1", last["OLLAMA_DEBUG"])
	assert.Equal(t, "/h", last[homeVariable()])
	assert.NotContains(t, last, "DUET_PROCESS_GUARD")
}

func TestModelsAreTheUsersUnlessTold(t *testing.T) {
	t.Setenv("OLLAMA_MODELS", "")
	assert.Equal(t, filepath.Join("h", ".ollama", "models"), Config{}.models("h", "insight"))
	t.Setenv("OLLAMA_MODELS", "theirs")
	assert.Equal(t, "theirs", Config{}.models("h", "insight"))
	assert.Equal(t, filepath.Join("mine", "insight"), Config{ModelsDir: "mine", Separate: true}.models("h", "insight"))
}

func TestFindLooksWhereItSays(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("HOME", dir)
	t.Setenv("XDG_CACHE_HOME", filepath.Join(dir, ".cache"))
	t.Setenv("PATH", dir)
	t.Setenv(EnvBinary, "")
	_, _, err := Find()
	assert.ErrorContains(t, err, "make test")

	cached, err := CachePath()
	require.NoError(t, err)
	program(t, cached)
	expect(t, cached, "cache")
	onPath := program(t, filepath.Join(dir, filepath.Base(cached)))
	expect(t, onPath, "PATH")
	given := program(t, filepath.Join(dir, "mine"))
	t.Setenv(EnvBinary, given)
	expect(t, given, "$DUET_OLLAMA")

	t.Setenv(EnvBinary, dir)
	_, _, err = Find()
	assert.ErrorContains(t, err, "is not a program")
}

func expect(t *testing.T, path, how string) {
	t.Helper()
	p, h, err := Find()
	require.NoError(t, err)
	assert.Equal(t, path, p)
	assert.Equal(t, how, h)
}

func program(t *testing.T, path string) string {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\n"), 0o755))
	return path
}

func TestGivenPortsAreUsedOrRefused(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	cfg := fakes(t, "ok")
	cfg.Ports[1] = taken.Addr().(*net.TCPAddr).Port
	_, err = Start(t.Context(), cfg)
	assert.ErrorContains(t, err, "port "+strconv.Itoa(cfg.Ports[1])+" is not free")

	cfg.Ports = []int{cfg.Ports[0], cfg.Ports[0]}
	_, err = Start(t.Context(), cfg)
	assert.ErrorContains(t, err, "given twice")

	assert.ErrorContains(t, allFree([]int{1, 2, 3, 2}), "given twice", "whichever they are")

	cfg.Ports = cfg.Ports[:1]
	_, err = Start(t.Context(), cfg)
	assert.EqualError(t, err, "1 ports given for 2 servers")
}

func TestAPortLostBetweenChoiceAndStartIsRetriedOnce(t *testing.T) {
	cfg := fakes(t, "taken")
	cfg.Ports = nil
	cfg.Env = append(cfg.Env, "DUET_TEST_MARK="+filepath.Join(t.TempDir(), "mark"))
	old := usualPorts
	ports := []int{cfg.mustPort(t), cfg.mustPort(t)}
	usualPorts = func(int) []int { return ports }
	defer func() { usualPorts = old }()
	b := start(t, cfg)
	assert.Len(t, b.Endpoints(), 2)
}

func (Config) mustPort(t *testing.T) int {
	t.Helper()
	p, err := anyPorts(1)
	require.NoError(t, err)
	return p[0]
}

func TestWithoutGivenPortsTheUsualOnesAreTakenWhereFree(t *testing.T) {
	old := usualPorts
	defer func() { usualPorts = old }()
	assert.Equal(t, []int{11434, 11435, 11436, 11437}, usualPorts(4))
	free, err := anyPorts(2)
	require.NoError(t, err)
	usualPorts = func(int) []int { return free }
	got, err := Config{Servers: backend.Each(2)}.ports()
	require.NoError(t, err)
	assert.Equal(t, free, got)

	l, err := listen(free[0])
	require.NoError(t, err)
	defer l.Close()
	got, err = Config{Servers: backend.Each(2)}.ports()
	require.NoError(t, err)
	assert.NotContains(t, got, free[0])
	assert.NotEqual(t, got[0], got[1])
}
