package synthetic

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

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
