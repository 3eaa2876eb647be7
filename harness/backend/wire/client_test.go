package wire

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/chimeraforge/duet/harness/record"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// reply serves one script of writes, each flushed on its own, to every request.
func reply(t *testing.T, writes ...string) *Client {
	t.Helper()
	return serve(t, func(w http.ResponseWriter, _ *http.Request) {
		for _, s := range writes {
			_, _ = w.Write([]byte(s))
			_ = http.NewResponseController(w).Flush()
		}
	})
}

func serve(t *testing.T, h http.HandlerFunc) *Client {
	t.Helper()
	srv := httptest.NewServer(h)
	c := New(Config{Base: srv.URL, Silence: 2 * time.Second})
	t.Cleanup(func() { c.Close(); srv.Close() })
	return c
}

func generate(c *Client) record.Call {
	return c.Generate(context.Background(), Request{Model: "m", Prompt: "p", KeepChunks: true})
}

const final = `{"done":true,"done_reason":"length","total_duration":9,"load_duration":1,"prompt_eval_count":5,"prompt_eval_duration":2,"eval_count":2,"eval_duration":4}` + "\n"

func text(s string) string { return fmt.Sprintf(`{"response":%q,"done":false}`+"\n", s) }

func TestAWholeReply(t *testing.T) {
	c := generate(reply(t, text("one"), text(" two"), final))
	require.Empty(t, c.Error)
	assert.Equal(t, "one two", c.Reply)
	assert.Equal(t, 7, c.ReplyBytes)
	assert.Equal(t, 2, c.Chunks)
	assert.Len(t, c.DeltasNS, 2)
	assert.Equal(t, "length", c.DoneReason)
	assert.Equal(t, int64(4), *c.Server.EvalNS)
	assert.Equal(t, int64(2), *c.Server.Tokens)
	stamps := []int64{c.RequestNS, *c.HeadersNS, *c.FirstNS, *c.LastTokenNS, *c.DoneNS}
	assert.IsNonDecreasing(t, stamps)
	assert.Equal(t, *c.DoneNS, c.EndNS)
	assert.Equal(t, *c.FirstNS-c.RequestNS, c.DeltasNS[0])
	assert.Equal(t, *c.LastTokenNS-*c.FirstNS, c.DeltasNS[1])
}

func TestTheFirstTokenIsTheFirstText(t *testing.T) {
	c := generate(reply(t, text(""), `{"role":"assistant"}`+"\n", "\n", `{"thinking":"hm"}`+"\n", text("a"), final))
	require.Empty(t, c.Error)
	assert.Equal(t, 2, c.Chunks, "empty, role-only and blank lines carry no text; thinking does")
	assert.Equal(t, "hma", c.Reply)
}

func TestChunksMayArriveInAnyPackets(t *testing.T) {
	whole := text("a") + text("b") + text("c") + final
	t.Run("several in one", func(t *testing.T) {
		c := generate(reply(t, whole))
		require.Empty(t, c.Error)
		assert.Equal(t, 3, c.Chunks)
		assert.Equal(t, *c.FirstNS, *c.LastTokenNS, "they came at one time")
		assert.NotSame(t, c.FirstNS, c.LastTokenNS, "stamps are shifted one by one")
	})
	t.Run("one in several", func(t *testing.T) {
		c := generate(reply(t, strings.SplitAfter(whole, "e")...))
		require.Empty(t, c.Error)
		assert.Equal(t, "abc", c.Reply)
	})
	t.Run("no line end at the end", func(t *testing.T) {
		c := generate(reply(t, text("a"), strings.TrimSpace(final)))
		require.Empty(t, c.Error)
		assert.NotNil(t, c.DoneNS)
	})
}

func TestAbsentTimingsStayAbsent(t *testing.T) {
	c := generate(reply(t, text("a"), `{"done":true,"eval_count":1,"load_duration":0}`+"\n"))
	require.Empty(t, c.Error)
	assert.Nil(t, c.Server.EvalNS)
	assert.Nil(t, c.Server.PromptTokens)
	assert.Equal(t, int64(0), *c.Server.LoadNS, "a zero that was sent is a value")
}

func TestWhatGoesWrongIsTheCallsError(t *testing.T) {
	for name, test := range map[string]struct {
		writes []string
		want   string
	}{
		"cut off":        {[]string{text("a"), text("b")}, "stream cut off after 2 chunks"},
		"nothing at all": {nil, "stream cut off after 0 chunks"},
		"empty reply":    {[]string{text(""), final}, "reply without text"},
		"loading":        {[]string{`{"done":true,"done_reason":"load","eval_count":1}`}, `reply without text (done_reason "load", tokens: 1 counted)`},
		"no count":       {[]string{`{"done":true,"done_reason":"load"}`}, `reply without text (done_reason "load", tokens: none counted)`},
		"other key":      {[]string{text("a"), `{"error parsing tool call":"x"}`}, `stream cut off after 1 chunks, before the final one; its last line: "{\"error parsing tool call\":\"x\"}"`},
		"error object":   {[]string{text("a"), `{"error":{"code":500,"message":"CUDA"}}`}, "server: CUDA"},
		"nested error":   {[]string{text("a"), `{"error":"{\"error\":{\"message\":\"slot\"}}"}`}, "server: slot"},
		"odd error":      {[]string{text("a"), `{"error":500}`}, `server: "500"`},
		"half a token":   {[]string{text("a"), `{"done":true,"eval_count":1.5}`}, `1.5 is no whole number, in the stream`},
		"garbage":        {[]string{text("a"), "<html>\n", final}, `not JSON in the stream: "<html>"`},
		"own error":      {[]string{text("a"), `{"error":"out of memory"}` + "\n"}, "server: out of memory"},
		"endless line":   {[]string{text("a"), strings.Repeat("x", 10<<20), "\n"}, "line longer than 8388608 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			c := generate(reply(t, test.writes...))
			assert.ErrorContains(t, fmt.Errorf("%s", c.Error), test.want)
			assert.GreaterOrEqual(t, c.EndNS, c.RequestNS)
			assert.NotContains(t, c.Error, "\n")
		})
	}
}

func TestStatusesQuoteTheServer(t *testing.T) {
	c := generate(serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(404)
		_, _ = w.Write([]byte(`{"error":"model 'm' not found"}`))
	}))
	assert.Equal(t, "HTTP 404: model 'm' not found", c.Error)
	c = generate(serve(t, func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "oh\nno", 500) }))
	assert.Equal(t, `HTTP 500: "oh\nno\n"`, c.Error)
}

func TestSilenceEndsACall(t *testing.T) {
	for name, after := range map[string]int{"before headers": 0, "between chunks": 3} {
		t.Run(name, func(t *testing.T) {
			hang := make(chan struct{})
			c := serve(t, func(w http.ResponseWriter, r *http.Request) {
				for range after {
					_, _ = w.Write([]byte(text("a")))
					_ = http.NewResponseController(w).Flush()
				}
				select {
				case <-hang:
				case <-r.Context().Done():
				}
			})
			t.Cleanup(func() { close(hang) })
			c.silence = 50 * time.Millisecond
			call := generate(c)
			assert.Equal(t, "server silent for 50ms", call.Error)
			assert.Equal(t, after, call.Chunks, "what was seen is kept")
		})
	}
}

func TestAServerThatIsNotThere(t *testing.T) {
	c := New(Config{Base: "http://127.0.0.1:1"})
	require.ErrorContains(t, c.Warm(context.Background()), "refused")
	assert.Contains(t, generate(c).Error, "refused")
}

func TestOneConnectionServesAllCalls(t *testing.T) {
	seen := map[string]bool{}
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		seen[r.RemoteAddr] = true
		if r.Method == http.MethodPost {
			_, _ = w.Write([]byte(text("a") + final))
		}
	})
	require.NoError(t, c.Warm(context.Background()))
	require.Empty(t, generate(c).Error)
	require.Empty(t, generate(c).Error)
	assert.Len(t, seen, 1)
}

func TestOptionsAreAllSent(t *testing.T) {
	var got map[string]any
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_ = json.NewDecoder(r.Body).Decode(&got)
		_, _ = w.Write([]byte(text("a") + final))
	})
	c.Generate(context.Background(), Request{Model: "m", Prompt: "p", KeepAlive: "5m", Options: record.Options{NumCtx: 512, Seed: 7}})
	assert.Equal(t, true, got["stream"])
	assert.Equal(t, "5m", got["keep_alive"])
	assert.Equal(t, map[string]any{
		"num_gpu": 0.0, "num_ctx": 512.0, "temperature": 0.0, "top_p": 0.0, "top_k": 0.0,
		"repeat_penalty": 0.0, "num_predict": 0.0, "seed": 7.0,
	}, got["options"])
}

// FuzzStream feeds any bytes in any packets: no panic, and an end after a start.
func FuzzStream(f *testing.F) {
	f.Add([]byte(text("a")+final), 3)
	f.Add([]byte(`{"error":"x"}`), 1)
	f.Add([]byte("\n\n{}\n"), 2)
	f.Fuzz(func(t *testing.T, data []byte, size int) {
		call := record.Call{}
		_, watch := watchSilence(t.Context(), 0)
		s := stream{}
		s.begin(&call, &Request{KeepChunks: true}, watch)
		err := s.read(bytes.NewReader(data), make([]byte, 1+max(0, size)%64))
		if (err == nil) != (call.DoneNS != nil && call.Chunks > 0 && call.Server != nil) {
			t.Fatalf("err %v, call %+v", err, call)
		}
	})
}
