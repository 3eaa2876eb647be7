package process

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// ollama is a server with two models on its disk, of which it holds some.
type ollamaServer struct{ holds []string }

func (o ollamaServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	model := func(name string) map[string]any {
		return map[string]any{
			"name": name, "digest": "sha256:1", "size": 1000 << 20, "size_vram": 600 << 20, "context_length": 512,
			"details":    map[string]any{"family": "f", "parameter_size": "7B", "quantization_level": "Q4_0"},
			"model_info": map[string]any{"general.architecture": "f", "f.context_length": 8192},
		}
	}
	list := func(names ...string) map[string]any {
		all := []any{}
		for _, n := range names {
			all = append(all, model(n))
		}
		return map[string]any{"models": all}
	}
	var answer any
	switch r.URL.Path {
	case "/api/version":
		answer = map[string]any{"version": "0.0.0-fake"}
	case "/api/tags":
		answer = list("a:latest", "b:latest")
	case "/api/ps":
		answer = list(o.holds...)
	case "/api/show":
		var asked struct{ Model string }
		_ = json.NewDecoder(r.Body).Decode(&asked)
		if asked.Model != "a" && asked.Model != "b" {
			http.Error(w, `{"error":"model not found"}`, http.StatusNotFound)
			return
		}
		answer = model(asked.Model)
	}
	_ = json.NewEncoder(w).Encode(answer)
}

func up(t *testing.T, h http.Handler) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

// closed is an address where nobody listens.
func closed(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return "http://" + l.Addr().String()
}

// noBinary hides every ollama of this machine.
func noBinary(t *testing.T) {
	t.Helper()
	empty := t.TempDir()
	for _, name := range []string{"PATH", "HOME", "XDG_CACHE_HOME", "LocalAppData"} {
		t.Setenv(name, empty)
	}
	t.Setenv("DUET_OLLAMA", "")
}

func TestServersThatAnswerAreAskedAndNothingIsStarted(t *testing.T) {
	noBinary(t)
	one, two := up(t, ollamaServer{holds: []string{"a:latest", "other:1b"}}), up(t, ollamaServer{})
	f, err := Look(t.Context(), Sought{Endpoints: []string{one, two}, Models: []string{"a", "missing"}})
	require.NoError(t, err)
	assert.Equal(t, "reuse", f.Kind)
	require.Len(t, f.Servers, 2)
	s := f.Servers[0]
	assert.Equal(t, []string{"s1", one, "0.0.0-fake", ""}, []string{s.ID, s.URL, s.Version, s.Problem})
	require.Len(t, s.Models, 3)
	loaded := s.Models[0]
	assert.True(t, loaded.Here && loaded.Wanted)
	assert.Equal(t, []any{"Q4_0", "7B", 8192, 512, int64(600 << 20)}, []any{loaded.Quantization, loaded.ParameterSize, loaded.MaxContext, *loaded.Context, *loaded.VRAMB})
	assert.False(t, s.Models[1].Here, "missing")
	assert.False(t, s.Models[2].Wanted, "held and not to be measured")
	assert.Equal(t, []string{"b:latest"}, s.Others)
	assert.Nil(t, f.Servers[1].Models[0].Context, "not loaded there")

	found := f.OtherModels()
	require.Len(t, found, 1)
	assert.Contains(t, found[0].Evidence, one+" holds other:1b in memory")
	assert.Contains(t, found[0].Do, "ollama stop other:1b")
}

func TestWithoutServersTheBinaryIsAskedAndStoppedAgain(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	t.Setenv(envFake, "models")
	t.Setenv("HOME", t.TempDir())
	one := up(t, ollamaServer{})
	for why, endpoints := range map[string][]string{
		"no endpoint answers": {closed(t), closed(t)},
		"only " + one + " answers, and two servers are needed": {one, closed(t)},
	} {
		f, err := Look(t.Context(), Sought{Endpoints: endpoints, Binary: self, ModelsDir: t.TempDir(), Models: []string{"b"}})
		require.NoError(t, err)
		assert.Equal(t, "process", f.Kind)
		assert.Equal(t, why, f.Why)
		require.Len(t, f.Servers, 2)
		for _, s := range f.Servers {
			assert.Equal(t, "0.0.0-fake", s.Version)
			assert.NotEqual(t, one, s.URL)
			require.Len(t, s.Models, 1)
			assert.True(t, s.Models[0].Here)
			_, err := http.Get(s.URL + "/api/version")
			assert.Error(t, err, "it is stopped again")
		}
	}
}

func TestWithoutServersAndBinaryNothingCanBeMeasured(t *testing.T) {
	noBinary(t)
	_, err := Look(t.Context(), Sought{Endpoints: []string{closed(t), closed(t)}})
	require.ErrorIs(t, err, ErrNone)
	one := up(t, ollamaServer{})
	f, err := Look(t.Context(), Sought{Endpoints: []string{one, closed(t)}})
	require.ErrorIs(t, err, ErrNone, "two are needed")
	require.Len(t, f.Servers, 1, "and the one is still told")
	t.Cleanup(func() { Containers = nil })
	Containers = func(context.Context) (string, error) { return "a container engine answers", nil }
	f, err = Look(t.Context(), Sought{Endpoints: []string{one, closed(t)}})
	require.NoError(t, err, "containers will do")
	assert.Equal(t, "container", f.Kind)
	assert.Contains(t, f.Why, "a container engine answers")
	Containers = func(context.Context) (string, error) { return "", errors.New("no engine") }
	_, err = Look(t.Context(), Sought{Endpoints: []string{one, closed(t)}})
	require.ErrorIs(t, err, ErrNone)
	require.ErrorContains(t, err, "no engine")
	_, err = Look(t.Context(), Sought{Endpoints: []string{closed(t), closed(t)}, Binary: filepath.Join(t.TempDir(), "none")})
	require.ErrorContains(t, err, "cannot be started")
}

func TestAServerThatBreaksOffIsAProblemAndNoCrash(t *testing.T) {
	noBinary(t)
	broken := up(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/version" {
			fmt.Fprint(w, `{"version":"1"}`)
			return
		}
		fmt.Fprint(w, "<html>")
	}))
	f, err := Look(t.Context(), Sought{Endpoints: []string{broken, up(t, ollamaServer{})}, Models: []string{"a"}})
	require.NoError(t, err)
	assert.Contains(t, f.Servers[0].Problem, "a web page (text/html): a proxy or a login page")
	assert.Empty(t, f.Servers[1].Problem)
}
