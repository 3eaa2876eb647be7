package process

import (
	"context"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/server"
)

// fakes is a configuration whose ollama is this test binary.
func fakes(t *testing.T, mode string) Config {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	ports, err := anyPorts(2)
	require.NoError(t, err)
	return Config{
		Binary: self, Ports: ports, LogDir: t.TempDir(), ModelsDir: t.TempDir(),
		Env: []string{envFake + "=" + mode}, Stop: 500 * time.Millisecond,
	}
}

func start(t *testing.T, cfg Config) *Backend {
	t.Helper()
	b, err := Start(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, b.Close(context.Background())) })
	return b
}

func answers(url string) bool {
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Get(url + "/api/version")
	if err == nil {
		resp.Body.Close()
	}
	return err == nil
}

func TestStartGivesTwoServersThatAnswer(t *testing.T) {
	cfg := fakes(t, "ok")
	b := start(t, cfg)
	assert.Equal(t, "process", b.Kind())
	ends := b.Endpoints()
	require.Len(t, ends, 2)
	for i, e := range ends {
		assert.Equal(t, []string{server.Collector, server.Insight}[i], e.ID)
		assert.True(t, strings.HasSuffix(e.URL, ":"+strconv.Itoa(cfg.Ports[i])), e.URL)
		assert.Equal(t, filepath.Join(cfg.LogDir, e.ID+".log"), e.Log)
		assert.FileExists(t, e.Log)
		assert.Positive(t, e.PID)
		assert.True(t, b.Alive(e.ID))
		assert.True(t, answers(e.URL))
	}
	assert.False(t, b.Alive("nobody"))
}

func TestCloseLeavesNothingAndMayBeRepeated(t *testing.T) {
	b := start(t, fakes(t, "ok"))
	ends := b.Endpoints()
	require.NoError(t, b.Close(t.Context()))
	require.NoError(t, b.Close(t.Context()))
	for _, e := range ends {
		assert.False(t, answers(e.URL))
		assert.False(t, b.Alive(e.ID))
	}
}

func TestCloseKillsAServerThatWillNotStop(t *testing.T) {
	b := start(t, fakes(t, "stubborn"))
	began := time.Now()
	require.NoError(t, b.Close(t.Context()))
	assert.Less(t, time.Since(began), 5*time.Second)
	assert.False(t, b.Alive(server.Collector))
}

func TestCloseWithAContextThatEndedKillsAtOnce(t *testing.T) {
	cfg := fakes(t, "stubborn")
	cfg.Stop = time.Minute
	b := start(t, cfg)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	began := time.Now()
	require.NoError(t, b.Close(ended))
	assert.Less(t, time.Since(began), 10*time.Second)
}

func TestStartThatFailsQuotesTheLog(t *testing.T) {
	cfg := fakes(t, "dies")
	_, err := Start(t.Context(), cfg)
	require.Error(t, err)
	assert.ErrorContains(t, err, "start ollama (collector)")
	assert.ErrorContains(t, err, "exit status 3")
	assert.ErrorContains(t, err, "| Error: no good reason")
	assert.NoError(t, allFree(cfg.Ports))
}

func TestStartGivesUpOnAServerThatNeverAnswers(t *testing.T) {
	cfg := fakes(t, "silent")
	cfg.Ready = 300 * time.Millisecond
	_, err := Start(t.Context(), cfg)
	assert.ErrorContains(t, err, "no answer for 300ms")
	assert.ErrorContains(t, err, "fake serve: silent")
}

func TestStartStopsWhenItsContextEnds(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	_, err := Start(ctx, fakes(t, "silent"))
	assert.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestStartThatCannotRunTheBinary(t *testing.T) {
	cfg := fakes(t, "ok")
	cfg.Binary = filepath.Join(t.TempDir(), "ollama")
	_, err := Start(t.Context(), cfg)
	assert.ErrorIs(t, err, os.ErrNotExist)
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

	cfg.Ports = cfg.Ports[:1]
	_, err = Start(t.Context(), cfg)
	assert.EqualError(t, err, "1 ports given for 2 servers")
}

func TestAPortLostBetweenChoiceAndStartIsRetriedOnce(t *testing.T) {
	cfg := fakes(t, "taken")
	cfg.Ports = nil
	cfg.Env = append(cfg.Env, "DUET_TEST_MARK="+filepath.Join(t.TempDir(), "mark"))
	old := studyPorts
	studyPorts = []int{cfg.mustPort(t), cfg.mustPort(t)}
	defer func() { studyPorts = old }()
	b := start(t, cfg)
	assert.Len(t, b.Endpoints(), 2)
}

func (Config) mustPort(t *testing.T) int {
	t.Helper()
	p, err := anyPorts(1)
	require.NoError(t, err)
	return p[0]
}

func TestWithoutGivenPortsTheStudysAreTakenWhereFree(t *testing.T) {
	old := studyPorts
	defer func() { studyPorts = old }()
	free, err := anyPorts(2)
	require.NoError(t, err)
	studyPorts = free
	got, err := Config{}.ports()
	require.NoError(t, err)
	assert.Equal(t, free, got)

	l, err := listen(free[0])
	require.NoError(t, err)
	defer l.Close()
	got, err = Config{}.ports()
	require.NoError(t, err)
	assert.NotContains(t, got, free[0])
	assert.NotEqual(t, got[0], got[1])
}

func TestRestartBringsALostServerBackOnItsPort(t *testing.T) {
	b := start(t, fakes(t, "ok"))
	before := b.Endpoints()[0]
	lost, err := os.FindProcess(before.PID)
	require.NoError(t, err)
	require.NoError(t, lost.Kill())
	require.Eventually(t, func() bool { return !b.Alive(server.Collector) }, 5*time.Second, 5*time.Millisecond)
	assert.True(t, b.Alive(server.Insight))

	require.NoError(t, b.Restart(t.Context(), server.Collector))
	after := b.Endpoints()[0]
	assert.Equal(t, before.URL, after.URL)
	assert.NotEqual(t, before.PID, after.PID)
	assert.True(t, answers(after.URL))
	assert.ErrorContains(t, b.Restart(t.Context(), "nobody"), `no server "nobody"`)
}

func TestLogsGoToATemporaryFolderByDefault(t *testing.T) {
	cfg := fakes(t, "ok")
	cfg.LogDir = ""
	b := start(t, cfg)
	log := b.Endpoints()[0].Log
	assert.FileExists(t, log)
	require.NoError(t, b.Close(t.Context()))
	assert.NoFileExists(t, log)
}

func TestAHomeThatCannotBeWrittenIsReplacedForTheServersOnly(t *testing.T) {
	t.Setenv(homeVariable(), filepath.Join(t.TempDir(), "none", "such"))
	b := start(t, fakes(t, "ok"))
	assert.DirExists(t, b.servers[0].home)
	assert.NotEqual(t, os.Getenv(homeVariable()), b.servers[0].home)
	require.NoError(t, b.Close(t.Context()))
	assert.NoDirExists(t, b.servers[0].home)
}
