package synthetic

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestFilesAreTheSameEverywhere holds the digests: a model whose bytes change
// is another model, and numbers of before and after cannot be compared.
func TestFilesAreTheSameEverywhere(t *testing.T) {
	dir := t.TempDir()
	table := ""
	for _, name := range Names() {
		_, sum, err := Write(dir, name)
		require.NoError(t, err)
		table += fmt.Sprintf("\t%q: %q,\n", name, sum)
		assert.Equal(t, digests[name], sum, name)
	}
	if t.Failed() {
		t.Logf("if the models were meant to change, put this into digests.go:\n%s", table)
	}
}

func TestWriteDoesNotDependOnParallelism(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	_, sum, err := Write(t.TempDir(), "duet-tiny-llama")
	require.NoError(t, err)
	assert.Equal(t, digests["duet-tiny-llama"], sum)
}

func TestWriteLeavesARightFileAlone(t *testing.T) {
	dir := t.TempDir()
	path, _, err := Write(dir, "duet-tiny-qwen2")
	require.NoError(t, err)
	old := time.Now().Add(-time.Hour).Truncate(time.Second)
	require.NoError(t, os.Chtimes(path, old, old))

	_, _, err = Write(dir, "duet-tiny-qwen2")
	require.NoError(t, err)
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.True(t, info.ModTime().Equal(old), "the file was written again")
}

func TestWriteRepairsABrokenFile(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "duet-tiny-qwen2.gguf"), []byte("GGUF, half of it"), 0o644))
	_, sum, err := Write(dir, "duet-tiny-qwen2")
	require.NoError(t, err)
	assert.Equal(t, digests["duet-tiny-qwen2"], sum)
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, left, 1, "a temporary file was left behind")
}

func TestWriteRefusesOtherNames(t *testing.T) {
	for _, name := range []string{"", "qwen2", "duet-tiny-", "duet-tiny-phi", "duet-tiny-../../x", "duet-tiny-qwen2:7b"} {
		_, _, err := Write(t.TempDir(), name)
		assert.ErrorContains(t, err, "allowed: duet-tiny-qwen2, duet-tiny-gemma3, duet-tiny-llama", "%q", name)
	}
}

// recorder is a server that has, or has not, a model made of this digest.
func recorder(t *testing.T, has string) (url string, asked *[]string) {
	t.Helper()
	asked = new([]string)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		size, _ := io.Copy(io.Discard, r.Body)
		*asked = append(*asked, r.Method+" "+strings.Split(r.URL.Path, ":")[0])
		switch {
		case r.URL.Path == "/api/show" && has != "":
			io.WriteString(w, `{"modelfile":"FROM /blobs/sha256-`+has+`"}`)
		case r.URL.Path == "/api/show" || r.Method == http.MethodHead:
			w.WriteHeader(http.StatusNotFound)
		case strings.HasPrefix(r.URL.Path, "/api/blobs/"):
			assert.Greater(t, size, int64(1<<20))
		}
	}))
	t.Cleanup(s.Close)
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	return s.URL, asked
}

const name = "duet-tiny-qwen2"

var whole = []string{"HEAD /api/blobs/sha256", "POST /api/blobs/sha256", "POST /api/create"}

func TestRegisterUploadsAndCreates(t *testing.T) {
	url, asked := recorder(t, "")
	require.NoError(t, Register(t.Context(), url, name))
	assert.Equal(t, append([]string{"POST /api/show"}, whole...), *asked)
}

func TestRegisterDoesNothingWhereTheModelIs(t *testing.T) {
	url, asked := recorder(t, digests[name])
	require.NoError(t, Register(t.Context(), url, name))
	assert.Equal(t, []string{"POST /api/show"}, *asked)
}

func TestRegisterReplacesAnotherModelOfTheName(t *testing.T) {
	url, asked := recorder(t, digests["duet-tiny-llama"])
	require.NoError(t, Register(t.Context(), url, name))
	assert.Equal(t, append([]string{"POST /api/show"}, whole...), *asked)
}

func TestRegisterWithParametersAlwaysCreates(t *testing.T) {
	url, asked := recorder(t, digests[name])
	require.NoError(t, RegisterWith(t.Context(), url, name, map[string]any{"num_thread": 1}))
	assert.Equal(t, whole, *asked)
}

func TestRegisterRefusesOtherNames(t *testing.T) {
	assert.ErrorContains(t, Register(t.Context(), "http://127.0.0.1:1", "qwen2.5:7b"), "is not a synthetic model")
}
