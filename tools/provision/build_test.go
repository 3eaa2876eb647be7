//go:build unix

package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/backend/ollama/process"
)

// builder is a machine that can build, with a go that pretends to.
func builder(t *testing.T) machine {
	m := newMachine(t)
	m.has("gcc", "")
	m.has("g++", "")
	modules := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(modules, "miniaudio.h"), nil, 0o444))
	m.has("go", `
if [ "$1" = mod ]; then echo '{"Dir": "`+modules+`"}'; exit; fi
echo "$CGO_ENABLED $GOFLAGS $*" >> `+m.bin+`/calls
[ -f "${CGO_CPPFLAGS#-I}/miniaudio/miniaudio.h" ] || exit 9
while [ "$1" != -o ]; do shift; done
cp `+m.has("template", version)+` "$2"`)
	return m
}

func TestOllamaIsBuiltOnceIntoTheCache(t *testing.T) {
	m := builder(t)
	var log bytes.Buffer
	s := &setup{log: &log, goos: "linux"}
	r, out := provisionOn(t, s)
	require.Empty(t, r.leftOut(), out)
	cached, err := process.CachePath()
	require.NoError(t, err)
	assert.Contains(t, out, "Ollama: 0.17.4 at "+cached+" (built)")
	assert.Contains(t, log.String(), "building Ollama 0.17.4, once, about 3 minutes on 2 cores")

	_, out = provisionOn(t, s)
	assert.Contains(t, out, "(cache)")
	assert.Len(t, m.builds(), 1)
	assert.Contains(t, m.builds()[0], "1 -mod=mod build -tags netgo,osusergo")
	assert.NoFileExists(t, cached+".part")
}

// builds are the calls of "go build".
func (m machine) builds() []string {
	text, _ := os.ReadFile(filepath.Join(m.bin, "calls"))
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}

func TestOfTwoBuildsAtOnceTheSecondWaits(t *testing.T) {
	m := builder(t)
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			s := &setup{log: io.Discard, goos: "linux"}
			_, err := s.build(t.Context())
			assert.NoError(t, err)
		})
	}
	wg.Wait()
	assert.Len(t, m.builds(), 1)
}

func TestABuildThatFailsQuotesItsLogAndLeavesNothing(t *testing.T) {
	m := builder(t)
	m.has("go", `[ "$1" = mod ] && { echo '{"Error": "no such host"}'; exit 1; }`)
	r, _ := provisionOn(t, &setup{log: io.Discard, goos: "linux"})
	require.Len(t, r.leftOut(), 1)
	assert.Contains(t, r.leftOut()[0].Detail, "build Ollama 0.17.4: download github.com/ollama/ollama@v0.17.4: no such host")
	cached, _ := process.CachePath()
	assert.NoFileExists(t, cached)
}

func TestABuildWithoutItsHeadersNamesTheirPackages(t *testing.T) {
	m := builder(t)
	m.has("g++", "exit 1")
	r, _ := provisionOn(t, &setup{log: io.Discard, goos: "linux", debian: true})
	require.Len(t, r.leftOut(), 1)
	left := r.leftOut()[0]
	assert.Equal(t, "missing: nlohmann/json.hpp, stb/stb_image.h", left.Detail)
	assert.Equal(t, "sudo apt-get install --no-install-recommends g++ nlohmann-json3-dev libstb-dev", left.Install)
}

func TestWithoutAHomeThereIsNoCacheAndThatIsSaid(t *testing.T) {
	builder(t)
	t.Setenv("HOME", "")
	t.Setenv("XDG_CACHE_HOME", "")
	r, _ := provisionOn(t, &setup{log: io.Discard, goos: "linux"})
	require.Len(t, r.leftOut(), 2)
	assert.Contains(t, r.leftOut()[0].Detail, "no cache folder for ollama")
	assert.Contains(t, r.leftOut()[1].Detail, "no cache folder for its client")
}

func TestElsewhereOllamasOwnPackagesAreTheWay(t *testing.T) {
	builder(t)
	r, _ := provisionOn(t, &setup{log: io.Discard, goos: "darwin"})
	require.Len(t, r.leftOut(), 1)
	assert.Contains(t, r.leftOut()[0].Install, "https://ollama.com/download")
}
