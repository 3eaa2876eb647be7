package sim_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/backend/sim"
)

func TestErrorsHaveOllamasShape(t *testing.T) {
	s, c := start(t, sim.Config{})
	for _, tc := range []struct {
		name, method, path, body string
		status                   int
		answer                   string
	}{
		{"root", "GET", "/", "", 200, "Ollama is running"},
		{"head", "HEAD", "/", "", 200, ""},
		{"unknown path", "GET", "/api/nope", "", 404, "404 page not found\n"},
		{"wrong method", "GET", "/api/generate", "", 405, "Method Not Allowed\n"},
		{"missing model", "POST", "/api/generate", `{"model":"x"}`, 404, `{"error":"model 'x' not found"}` + "\n"},
		{"missing model in chat", "POST", "/api/chat", `{"model":"x"}`, 404, `{"error":"model 'x' not found"}` + "\n"},
		{"no model", "POST", "/api/generate", `{}`, 404, `{"error":"model '' not found"}` + "\n"},
		{"no model in chat", "POST", "/api/chat", `{}`, 400, `{"error":"model is required"}` + "\n"},
		{"no body", "POST", "/api/generate", "", 400, `{"error":"missing request body"}` + "\n"},
		{"malformed", "POST", "/api/generate", `{"model":`, 400, `{"error":"unexpected EOF"}` + "\n"},
		{"not JSON", "POST", "/api/chat", `hello`, 400, `{"error":"invalid character 'h' looking for beginning of value"}` + "\n"},
		{"wrong option type", "POST", "/api/generate", `{"model":"gemma3","prompt":"x","options":{"num_predict":"5"}}`, 500, `{"error":"option \"num_predict\" must be of type integer"}` + "\n"},
		{"wrong keep_alive", "POST", "/api/generate", `{"model":"gemma3","keep_alive":"soon"}`, 400, `{"error":"time: invalid duration \"soon\""}` + "\n"},
		{"tools", "POST", "/api/chat", `{"model":"gemma3","tools":[{}],"messages":[{"role":"user","content":"x"}]}`, 400, `{"error":"registry.ollama.ai/library/gemma3:latest does not support tools"}` + "\n"},
		{"show without a name", "POST", "/api/show", `{}`, 400, `{"error":"model is required"}` + "\n"},
		{"bad digest", "POST", "/api/blobs/sha256:12", "x", 400, `{"error":"invalid digest format"}` + "\n"},
		{"no such blob", "HEAD", "/api/blobs/sha256:12", "", 404, ""},
		{"create from nothing", "POST", "/api/create", `{"model":"y"}`, 400, `{"error":"neither 'from' or 'files' was specified"}` + "\n"},
		{"create from a missing model", "POST", "/api/create", `{"model":"y","from":"x"}`, 404, `{"error":"model 'x' not found"}` + "\n"},
		{"pull, not streamed", "POST", "/api/pull", `{"model":"gemma3","stream":false}`, 200, `{"status":"success"}` + "\n"},
		{"pull of nothing, not streamed", "POST", "/api/pull", `{"model":"x","stream":false}`, 500, `{"error":"pull model manifest: file does not exist"}` + "\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			req, err := http.NewRequest(tc.method, s.Endpoints()[0].URL+tc.path, strings.NewReader(tc.body))
			require.NoError(t, err)
			resp, err := c.Do(req)
			require.NoError(t, err)
			defer resp.Body.Close()
			body, err := io.ReadAll(resp.Body)
			require.NoError(t, err)
			assert.Equal(t, tc.status, resp.StatusCode)
			assert.Equal(t, tc.answer, string(body))
		})
	}
}

func TestOnlyLocalHostNamesAreServed(t *testing.T) {
	s, c := start(t, sim.Config{})
	for host, want := range map[string]int{
		"evil.example": 403, "evil.example:11434": 403, "8.8.8.8": 403,
		"localhost": 200, "localhost:11434": 200, "127.0.0.1:1": 200, "[::1]:80": 200, "box.local": 200, "192.168.0.7": 200,
	} {
		req, err := http.NewRequest("GET", s.Endpoints()[1].URL+"/api/version", nil)
		require.NoError(t, err)
		req.Host = host
		resp, err := c.Do(req)
		require.NoError(t, err)
		resp.Body.Close()
		assert.Equal(t, want, resp.StatusCode, host)
	}
}

func TestSillyConfigurationsAreRefused(t *testing.T) {
	for name, cfg := range map[string]sim.Config{
		"timescale":   {Timescale: -1},
		"too fast":    {Timescale: 1e9},
		"loss":        {Loss: new(1.0)},
		"noise":       {Noise: new(-0.1)},
		"early stop":  {EarlyStop: 2},
		"exact":       {Exact: &sim.Exact{TTFT: -time.Second}},
		"jitter":      {Exact: &sim.Exact{Token: time.Second, Jitter: 2 * time.Second}},
		"profile":     {Profiles: map[string]sim.Profile{"x": {}}},
		"fault kind":  {Faults: []sim.Fault{{Kind: "nope"}}},
		"fault place": {Faults: []sim.Fault{{Kind: sim.Cut, Path: "/api/ps"}}},
		"fault where": {Faults: []sim.Fault{{Kind: sim.Cut, Endpoint: "third"}}},
	} {
		_, err := sim.Start(t.Context(), cfg)
		assert.ErrorContains(t, err, "start simulator: ", name)
	}
}
