package sim_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ollama/ollama/api"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/backend/sim"
)

// official is Ollama's own Go client of the collector.
func official(t *testing.T, cfg sim.Config) (*api.Client, *sim.Servers) {
	t.Helper()
	s, c := start(t, cfg)
	u, err := url.Parse(s.Endpoints()[0].URL)
	require.NoError(t, err)
	return api.NewClient(u, c), s
}

func TestTheOfficialClientListsShowsAndSeesWhatRuns(t *testing.T) {
	c, _ := official(t, sim.Config{Models: []string{qwn, "gemma3", "duet-tiny-llama"}})
	ctx := t.Context()
	require.NoError(t, c.Heartbeat(ctx))
	v, err := c.Version(ctx)
	require.NoError(t, err)
	assert.Equal(t, sim.Version, v)
	assert.Contains(t, v, "sim", "it says what it is")

	list, err := c.List(ctx)
	require.NoError(t, err)
	var names []string
	for _, m := range list.Models {
		names = append(names, m.Name)
		assert.Len(t, m.Digest, 64)
		assert.Equal(t, "gguf", m.Details.Format)
	}
	assert.Equal(t, []string{qwn, "gemma3:latest", "duet-tiny-llama:latest"}, names)

	show, err := c.Show(ctx, &api.ShowRequest{Model: "gemma3"})
	require.NoError(t, err)
	assert.Equal(t, "gemma3", show.ModelInfo["general.architecture"])
	assert.EqualValues(t, 131072, show.ModelInfo["gemma3.context_length"])
	assert.Equal(t, "completion", string(show.Capabilities[0]))
	assert.NotEmpty(t, show.Template)
	assert.Contains(t, show.License, "made it up")

	ps, err := c.ListRunning(ctx)
	require.NoError(t, err)
	assert.Empty(t, ps.Models)
	stream := false
	require.NoError(t, c.Generate(ctx, &api.GenerateRequest{Model: qwn, Stream: &stream,
		Options: map[string]any{"num_ctx": 2048, "num_gpu": 10}}, func(r api.GenerateResponse) error {
		assert.Equal(t, "load", r.DoneReason)
		return nil
	}))
	ps, err = c.ListRunning(ctx)
	require.NoError(t, err)
	require.Len(t, ps.Models, 1)
	m := ps.Models[0]
	assert.Equal(t, qwn, m.Name)
	assert.Equal(t, 2048, m.ContextLength)
	assert.Less(t, m.SizeVRAM, m.Size, "10 of 29 layers")
	assert.InDelta(t, sim.DefaultKeepAlive.Seconds(), time.Until(m.ExpiresAt).Seconds(), 5)
}

func TestTheOfficialClientGeneratesAndChats(t *testing.T) {
	c, s := official(t, sim.Config{})
	ctx := t.Context()
	for _, stream := range []bool{true, false} {
		var text strings.Builder
		var last api.GenerateResponse
		n := 0
		req := &api.GenerateRequest{Model: qwn, Prompt: "why?", Stream: &stream, Options: map[string]any{"num_predict": 20, "seed": 7}}
		require.NoError(t, c.Generate(ctx, req, func(r api.GenerateResponse) error {
			text.WriteString(r.Response)
			last = r
			n++
			return nil
		}))
		assert.True(t, strings.HasPrefix(text.String(), sim.Mark+" "))
		assert.Equal(t, 20, last.EvalCount)
		assert.Equal(t, "length", last.DoneReason)
		assert.Positive(t, last.PromptEvalCount)
		assert.Positive(t, last.PromptEvalDuration)
		assert.Greater(t, last.TotalDuration, last.EvalDuration)
		assert.Equal(t, map[bool]int{true: 21, false: 1}[stream], n)

		var chat api.ChatResponse
		var chatText strings.Builder
		creq := &api.ChatRequest{Model: qwn, Stream: &stream, Messages: []api.Message{{Role: "user", Content: "why?"}}, Options: map[string]any{"num_predict": 20, "seed": 7}}
		require.NoError(t, c.Chat(ctx, creq, func(r api.ChatResponse) error {
			assert.Equal(t, "assistant", r.Message.Role)
			chatText.WriteString(r.Message.Content)
			chat = r
			return nil
		}))
		assert.Equal(t, text.String(), chatText.String(), "the same prompt and seed")
		assert.Equal(t, 20, chat.EvalCount)
	}
	assert.Len(t, s.Log(), 4)
}

func TestTheOfficialClientManagesModels(t *testing.T) {
	c, _ := official(t, sim.Config{Pullable: []string{"phi4"}})
	ctx := t.Context()
	var statuses []string
	note := func(p api.ProgressResponse) error { statuses = append(statuses, p.Status); return nil }

	require.NoError(t, c.Pull(ctx, &api.PullRequest{Model: qwn}, note))
	assert.Equal(t, "success", statuses[len(statuses)-1])
	statuses = nil
	require.NoError(t, c.Pull(ctx, &api.PullRequest{Model: "phi4"}, note))
	assert.Greater(t, len(statuses), 10, "progress")
	_, err := c.Show(ctx, &api.ShowRequest{Model: "phi4"})
	require.NoError(t, err)
	require.ErrorContains(t, c.Pull(ctx, &api.PullRequest{Model: "nope"}, note), "file does not exist")

	data := []byte("GGUF")
	sum := sha256.Sum256(data)
	digest := "sha256:" + hex.EncodeToString(sum[:])
	create := &api.CreateRequest{Model: "mine", Files: map[string]string{"model.gguf": digest}, Parameters: map[string]any{"num_thread": 1}}
	require.ErrorContains(t, c.Create(ctx, create, note), "not found")
	require.ErrorContains(t, c.CreateBlob(ctx, "sha256:"+strings.Repeat("0", 64), bytes.NewReader(data)), "digest mismatch")
	require.NoError(t, c.CreateBlob(ctx, digest, bytes.NewReader(data)))
	require.NoError(t, c.Create(ctx, create, note))
	show, err := c.Show(ctx, &api.ShowRequest{Model: "mine"})
	require.NoError(t, err)
	assert.Contains(t, show.Parameters, "num_thread")
	require.NoError(t, c.Create(ctx, &api.CreateRequest{Model: "copy", From: "mine"}, note))

	require.NoError(t, c.Delete(ctx, &api.DeleteRequest{Model: "mine"}))
	_, err = c.Show(ctx, &api.ShowRequest{Model: "mine"})
	require.ErrorContains(t, err, "model 'mine' not found")
	require.ErrorContains(t, c.Delete(ctx, &api.DeleteRequest{Model: "mine"}), "model 'mine' not found")
}

func TestTheOfficialClientSeesErrorsAsOllamaMakesThem(t *testing.T) {
	c, _ := official(t, sim.Config{})
	ctx := context.Background()
	quiet := func(api.GenerateResponse) error { return nil }
	for _, tc := range []struct {
		req  api.GenerateRequest
		code int
		text string
	}{
		{api.GenerateRequest{Model: "nope", Prompt: "x"}, 404, "model 'nope' not found"},
		{api.GenerateRequest{Model: qwn, Prompt: "x", Options: map[string]any{"num_ctx": "many"}}, 500, `option "num_ctx" must be of type integer`},
		{api.GenerateRequest{Model: qwn, Prompt: "x", Think: &api.ThinkValue{Value: true}}, 400, "does not support thinking"},
	} {
		err := c.Generate(ctx, &tc.req, quiet)
		require.ErrorContains(t, err, tc.text)
		var status api.StatusError
		if assert.ErrorAs(t, err, &status) {
			assert.Equal(t, tc.code, status.StatusCode)
		}
	}
}
