package process

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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
		assert.Equal(t, []string{"s1", "s2"}[i], e.ID)
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
	assert.False(t, b.Alive("s1"))
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
	assert.ErrorContains(t, err, "start ollama (s1)")
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

func TestRestartBringsALostServerBackOnItsPort(t *testing.T) {
	b := start(t, fakes(t, "ok"))
	before := b.Endpoints()[0]
	lost, err := os.FindProcess(before.PID)
	require.NoError(t, err)
	require.NoError(t, lost.Kill())
	require.Eventually(t, func() bool { return !b.Alive("s1") }, 5*time.Second, 5*time.Millisecond)
	assert.True(t, b.Alive("s2"))

	require.NoError(t, b.Restart(t.Context(), "s1"))
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
