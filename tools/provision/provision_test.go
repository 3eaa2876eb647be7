//go:build unix

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/chimeraforge/duet/harness/backend/ollama/process"
	"github.com/chimeraforge/duet/harness/driver/python"
	"github.com/chimeraforge/duet/harness/driver/rust"
	"github.com/chimeraforge/duet/internal/browsertest/chromium"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// machine is a machine whose PATH holds only what a test puts there.
type machine struct {
	t   *testing.T
	bin string
}

func newMachine(t *testing.T) machine {
	t.Helper()
	dir := t.TempDir()
	m := machine{t, filepath.Join(dir, "bin")}
	require.NoError(t, os.Mkdir(m.bin, 0o755))
	t.Setenv("PATH", m.bin)
	t.Setenv("HOME", dir)
	t.Setenv("XDG_CACHE_HOME", filepath.Join(dir, "cache"))
	t.Setenv("TMPDIR", dir)
	t.Setenv("CI", "")
	t.Setenv(process.EnvBinary, "")
	t.Setenv(chromium.EnvBinary, "")
	t.Setenv(python.EnvPython, "")
	m.has("chromium", "")
	m.has("busybox", "")
	m.has("shellcheck", "")
	m.has("python3", "")
	m.hasRustClient()
	return m
}

// hasRustClient puts the program into the cache, as a build of it would.
func (m machine) hasRustClient() {
	m.t.Helper()
	path, err := rust.Path()
	require.NoError(m.t, err)
	require.NoError(m.t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(m.t, os.WriteFile(path, nil, 0o755))
}

func TestClientRuntimesAreSetUpToo(t *testing.T) {
	m := newMachine(t)
	m.has("gcc", "")
	m.has("ollama", version)
	client, err := rust.Path()
	require.NoError(t, err)
	require.NoError(t, os.Remove(client))
	m.has("python3", "exit 1")
	t.Setenv(python.EnvPython, m.bin+"/python3")
	_, out := provisionOn(t, &setup{log: io.Discard, goos: "linux", debian: true})
	assert.Contains(t, out, "  Python clients, so the runtimes called python cannot be tested\n")
	assert.Contains(t, out, "    install: sudo apt-get install --no-install-recommends python3 python3-aiohttp python3-httpx python3-uvloop\n")
	assert.Contains(t, out, "  Rust client, so the runtime called rust cannot be tested\n    because: missing: no cargo to build its client with\n"+
		"    install: sudo apt-get install --no-install-recommends cargo librust-tokio-dev ")

	var log bytes.Buffer
	m.has("cargo", `mkdir -p "$CARGO_TARGET_DIR/release" && : > "$CARGO_TARGET_DIR/release/duet-rust-client"`)
	m.has("apt-get", `[ "$2" = update ] || printf '#!/bin/sh\n' > `+m.bin+`/python3`)
	r, _ := provisionOn(t, &setup{log: &log, debian: true, root: true})
	assert.Empty(t, r.leftOut())
	assert.FileExists(t, client)
	assert.Contains(t, log.String(), "installing python3 python3-aiohttp python3-httpx python3-uvloop\n")
	assert.Contains(t, log.String(), "building the rust client, once\n")
}

func TestAVirtualEnvironmentIsMadeAsAUserWould(t *testing.T) {
	m := newMachine(t)
	m.has("python3", `[ "$1 $2" = "-m venv" ] && mkdir -p "$3/bin" && printf '#!/bin/sh\necho "$@" >> '`+m.bin+`'/pip\n' > "$3/bin/python" && chmod +x "$3/bin/python"`)
	require.NoError(t, python.MakeVenv(t.Context(), io.Discard))
	text, err := os.ReadFile(m.bin + "/pip")
	require.NoError(t, err)
	assert.Equal(t, "-m pip install --disable-pip-version-check aiohttp>=3.8.4,<4 httpx>=0.23.3,<1 uvloop>=0.17\n", string(text))
	m.has("python3", "exit 3")
	assert.ErrorContains(t, python.MakeVenv(t.Context(), io.Discard), "python3 -m venv ")
}

func TestClientsAlone(t *testing.T) {
	m := newMachine(t)
	client, err := rust.Path()
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), &out, io.Discard, []string{"-clients"}))
	assert.Equal(t, "Python clients: "+m.bin+"/python3\nRust client: "+client+"\n", out.String())
}

// has puts a shell script on PATH.
func (m machine) has(name, script string) string {
	m.t.Helper()
	path := filepath.Join(m.bin, name)
	require.NoError(m.t, os.WriteFile(path, []byte("#!/bin/sh\nPATH=/usr/bin:/bin\n"+script+"\n"), 0o755))
	return path
}

const version = "echo 'Warning: client version is 0.17.4'"

// provisionOn runs the command's work as a setup would see it.
func provisionOn(t *testing.T, s *setup) (report, string) {
	t.Helper()
	r := report{Parts: s.parts(t.Context())}
	var out bytes.Buffer
	r.print(&out)
	return r, out.String()
}

func TestWhatIsThereIsReportedAndLeftAlone(t *testing.T) {
	m := newMachine(t)
	m.has("gcc", "")
	path := m.has("ollama", version)
	client, err := rust.Path()
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "report.json")
	var stdout, stderr bytes.Buffer
	require.NoError(t, run(t.Context(), &stdout, &stderr, []string{"-report", file}))
	assert.Equal(t, "C compiler: "+m.bin+"/gcc\nOllama: 0.17.4 at "+path+" (PATH)\nChromium: "+m.bin+"/chromium\nbusybox: "+m.bin+"/busybox\nshellcheck: "+m.bin+"/shellcheck\nPython clients: "+m.bin+"/python3\nRust client: "+client+"\n", stdout.String())
	assert.Empty(t, stderr.String())

	var r report
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &r))
	assert.Len(t, r.Parts, 7)
	assert.Empty(t, r.leftOut())
}

func TestWhatIsLeftOutIsNamedWithItsCommand(t *testing.T) {
	m := newMachine(t)
	m.has("ollama", version)
	_, out := provisionOn(t, &setup{log: io.Discard, goos: "linux", debian: true})
	assert.Contains(t, out, "\nLeft out:\n  C compiler, so the absence of data races cannot be tested\n"+
		"    because: missing: gcc\n    install: sudo apt-get install --no-install-recommends gcc\n")
}

func TestLeavingOutIsAnErrorOnlyInCI(t *testing.T) {
	m := newMachine(t)
	m.has("gcc", "")
	t.Setenv(process.EnvBinary, m.has("broken", "exit 1"))
	require.NoError(t, run(t.Context(), io.Discard, io.Discard, nil))
	t.Setenv("CI", "true")
	assert.ErrorIs(t, run(t.Context(), io.Discard, io.Discard, nil), errLeftOut)
}

func TestRootOnDebianInstallsWhatIsMissing(t *testing.T) {
	m := newMachine(t)
	m.has("ollama", version)
	m.has("apt-get", `echo "$DEBIAN_FRONTEND $*" >> `+m.bin+`/calls; [ "$2" = update ] || cp `+m.bin+`/ollama `+m.bin+`/gcc`)
	r, _ := provisionOn(t, &setup{log: io.Discard, debian: true, root: true})
	assert.Empty(t, r.leftOut())
	calls, err := os.ReadFile(filepath.Join(m.bin, "calls"))
	require.NoError(t, err)
	assert.Equal(t, "noninteractive -q update\nnoninteractive -q -y install --no-install-recommends gcc libc6-dev\n", string(calls))
}

func TestWithoutAChromiumNobodyLooksAtTheReport(t *testing.T) {
	m := newMachine(t)
	m.has("gcc", "")
	m.has("ollama", version)
	require.NoError(t, os.Remove(filepath.Join(m.bin, "chromium")))
	_, out := provisionOn(t, &setup{log: io.Discard, goos: "linux", debian: true})
	assert.Contains(t, out, "  Chromium, so the look of the report cannot be tested\n"+
		"    because: missing: a Chromium on PATH, or one named by DUET_CHROMIUM\n"+
		"    install: sudo apt-get install --no-install-recommends chromium fonts-dejavu-core\n")

	m.has("apt-get", `[ "$2" = update ] || cp `+m.bin+`/ollama `+m.bin+`/chromium`)
	r, _ := provisionOn(t, &setup{log: io.Discard, debian: true, root: true})
	assert.Empty(t, r.leftOut())
}

func TestAnInstallationThatFailsQuotesItsLog(t *testing.T) {
	m := newMachine(t)
	m.has("ollama", version)
	m.has("apt-get", "echo 'E: no network'; exit 100")
	r, _ := provisionOn(t, &setup{log: io.Discard, debian: true, root: true})
	require.Len(t, r.leftOut(), 1)
	detail := r.leftOut()[0].Detail
	assert.Contains(t, detail, "missing: gcc")
	assert.Contains(t, detail, "apt-get -q update: exit status 100")
	assert.Contains(t, detail, "| E: no network")
}

func TestABrokenOllamaThatWasNamedIsNotReplaced(t *testing.T) {
	m := newMachine(t)
	m.has("gcc", "")
	t.Setenv(process.EnvBinary, m.has("mine", "echo hello"))
	r, _ := provisionOn(t, &setup{log: io.Discard, goos: "linux"})
	require.Len(t, r.leftOut(), 1)
	assert.Contains(t, r.leftOut()[0].Detail, `is not an ollama: its --version says "hello"`)
}

func TestPrintOllama(t *testing.T) {
	m := newMachine(t)
	var out bytes.Buffer
	assert.ErrorContains(t, run(t.Context(), &out, io.Discard, []string{"-print-ollama"}), "no ollama")
	path := m.has("ollama", version)
	require.NoError(t, run(t.Context(), &out, io.Discard, []string{"-print-ollama"}))
	assert.Equal(t, path+"\n", out.String())
}

func TestCommandLine(t *testing.T) {
	newMachine(t)
	assert.ErrorContains(t, run(t.Context(), io.Discard, io.Discard, []string{"extra"}), `unexpected argument "extra"`)
	assert.Error(t, run(t.Context(), io.Discard, io.Discard, []string{"-nonsense"}))
	assert.NoError(t, run(t.Context(), io.Discard, io.Discard, []string{"-h"}))
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	assert.ErrorIs(t, run(ended, io.Discard, io.Discard, nil), context.Canceled)
}
