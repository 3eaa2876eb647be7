package wire_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ollama/ollama/api"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/backend/sim"
	"github.com/chimeraforge/duet/harness/backend/wire"
	"github.com/chimeraforge/duet/harness/record"
)

// TestItReadsWhatTheOfficialClientReads holds the measuring client to Ollama's
// own: the same request to the same server gives the same text and timings.
func TestItReadsWhatTheOfficialClientReads(t *testing.T) {
	s, err := sim.Start(t.Context(), sim.Config{Exact: &sim.Exact{TTFT: 20 * time.Millisecond, Token: time.Millisecond}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close(context.Background())) })
	base := s.Endpoints()[0].URL

	theirs := official(t, base)
	client := wire.New(wire.Config{Base: base, Silence: 10 * time.Second})
	defer client.Close()
	ours := client.Generate(t.Context(), wire.Request{
		Model: "qwen2.5:7b", Prompt: "[1] hello", KeepAlive: "5m", KeepChunks: true,
		Options: record.Options{NumCtx: 512, NumPredict: 30, Seed: 7, Temperature: 1},
	})
	require.Empty(t, ours.Error)
	assert.Equal(t, theirs.text, ours.Reply)
	assert.Equal(t, theirs.chunks, ours.Chunks)
	assert.Equal(t, int64(theirs.final.EvalCount), *ours.Server.Tokens)
	assert.Equal(t, int64(theirs.final.EvalDuration), *ours.Server.EvalNS)
	assert.Equal(t, int64(theirs.final.PromptEvalCount), *ours.Server.PromptTokens)
	assert.Equal(t, int64(theirs.final.PromptEvalDuration), *ours.Server.PromptEvalNS)
	assert.Equal(t, theirs.final.DoneReason, ours.DoneReason)
}

type reading struct {
	text   string
	chunks int
	final  api.GenerateResponse
}

func official(t *testing.T, base string) reading {
	t.Helper()
	u, err := url.Parse(base)
	require.NoError(t, err)
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	var (
		r    reading
		text strings.Builder
	)
	err = api.NewClient(u, &http.Client{Transport: transport}).Generate(t.Context(), &api.GenerateRequest{
		Model: "qwen2.5:7b", Prompt: "[1] hello", KeepAlive: &api.Duration{Duration: 5 * time.Minute},
		Options: map[string]any{"num_ctx": 512, "num_predict": 30, "seed": 7, "temperature": 1},
	}, func(g api.GenerateResponse) error {
		text.WriteString(g.Response)
		if g.Response != "" {
			r.chunks++
		}
		r.final = g
		return nil
	})
	require.NoError(t, err)
	r.text = text.String()
	return r
}
