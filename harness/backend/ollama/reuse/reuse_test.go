package reuse

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/chimeraforge/duet/harness/backend"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// ollama answers as a server does whose loaded models are these.
func ollamaWith(t *testing.T, loaded string) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("/api/version", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"version":"0.17.4"}`)
	})
	mux.HandleFunc("/api/ps", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"models":[%s]}`, loaded)
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

func TestTwoServersAreTaken(t *testing.T) {
	a, b := ollamaWith(t, ""), ollamaWith(t, "")
	back, err := Start(t.Context(), Config{URLs: []string{strings.TrimPrefix(a.URL, "http://") + "/", b.URL}})
	require.NoError(t, err)
	assert.Equal(t, "reuse", back.Kind())
	assert.Equal(t, []backend.Endpoint{{ID: "s1", URL: a.URL}, {ID: "s2", URL: b.URL}}, back.Endpoints())
	assert.NoError(t, back.Close(t.Context()))
	assert.NoError(t, back.Close(t.Context()))
}

func TestOneServerUnderTwoNamesIsRefusedUnlessAllowed(t *testing.T) {
	s := ollamaWith(t, "")
	other := strings.Replace(s.URL, "127.0.0.1", "localhost", 1)
	_, err := Start(t.Context(), Config{URLs: []string{s.URL, other}})
	assert.ErrorIs(t, err, ErrSame)
	assert.ErrorContains(t, err, s.URL)

	_, err = Start(t.Context(), Config{URLs: []string{s.URL, other}, AllowSame: true})
	assert.NoError(t, err)
}

func TestOneServerBehindTwoPortsIsKnownByWhatItHolds(t *testing.T) {
	const expires = `{"name":"m","digest":"d","expires_at":"2026-01-02T03:04:05.%s+01:00"}`
	first := ollamaWith(t, fmt.Sprintf(expires, "123456789"))
	again := ollamaWith(t, fmt.Sprintf(expires, "123456789"))
	second := ollamaWith(t, fmt.Sprintf(expires, "123456790"))

	_, err := Start(t.Context(), Config{URLs: []string{first.URL, again.URL}})
	assert.ErrorIs(t, err, ErrSame)
	assert.ErrorContains(t, err, "hold the same m")
	_, err = Start(t.Context(), Config{URLs: []string{first.URL, second.URL}})
	assert.NoError(t, err)
}

func TestAServerThatIsNotThereIsNamed(t *testing.T) {
	here, gone := ollamaWith(t, ""), ollamaWith(t, "")
	gone.Close()
	_, err := Start(t.Context(), Config{URLs: []string{here.URL, gone.URL}})
	assert.ErrorContains(t, err, "no Ollama server answers (s2)")
	assert.ErrorContains(t, err, gone.URL)
	assert.True(t, Answers(t.Context(), here.URL))
	assert.False(t, Answers(t.Context(), gone.URL))
	assert.False(t, Answers(t.Context(), "http://example.com"))
}

func TestSomethingThatIsNotOllamaDoesNotAnswer(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "{}") }))
	defer s.Close()
	assert.False(t, Answers(t.Context(), s.URL))
}

func TestStartEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Start(ctx, Config{URLs: []string{ollamaWith(t, "").URL, ollamaWith(t, "").URL}})
	assert.ErrorIs(t, err, context.Canceled)
}

func TestTwoURLsAreNeeded(t *testing.T) {
	_, err := Start(t.Context(), Config{URLs: []string{"127.0.0.1:1"}})
	assert.EqualError(t, err, "endpoints: 1 URLs given, and there are to be 2 servers")
}
