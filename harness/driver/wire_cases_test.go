package driver_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/driver"
	"github.com/chimeraforge/duet/harness/driver/drivertest"
	"github.com/chimeraforge/duet/harness/record"
)

// wireCase is what a server, or what stands before it, was seen to answer, and
// what has to become of the call in every runtime.
type wireCase struct {
	name   string
	answer func(w http.ResponseWriter, r *http.Request)
	failed string // what the call's error contains; "": the call is good
	check  func(t *testing.T, c record.Call)
}

const (
	chunkGap  = 5 * time.Millisecond
	goodFinal = `{"model":"m","response":"","done":true,"done_reason":"length","total_duration":105000000,"load_duration":3000000,` +
		`"prompt_eval_count":93,"prompt_eval_duration":20000000,"eval_count":5,"eval_duration":25000000}`
)

// lines writes each text as a line of its own, at once.
func lines(texts ...string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) { say(w, texts...) }
}

func say(w http.ResponseWriter, texts ...string) {
	for _, s := range texts {
		_, _ = io.WriteString(w, s+"\n")
		_ = http.NewResponseController(w).Flush()
	}
}

func saying(word string) string { return fmt.Sprintf(`{"model":"m","response":%q,"done":false}`, word) }

// spoken are n chunks, one every 5 ms.
func spoken(w http.ResponseWriter, n int) {
	for range n {
		say(w, saying(" a"))
		time.Sleep(chunkGap)
	}
}

func good(last string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) {
		spoken(w, 5)
		say(w, last)
	}
}

func wireCases(elsewhere string) []wireCase {
	chunks := func(n int) func(*testing.T, record.Call) {
		return func(t *testing.T, c record.Call) { assert.Equal(t, n, c.Chunks) }
	}
	return []wireCase{
		{"thinking", lines(`{"model":"m","response":"","thinking":"hm","done":false}`, goodFinal), "", chunks(1)},
		{"miderror", lines(saying("a"), `{"error":"CUDA error: out of memory"}`), "server: CUDA error: out of memory", nil},
		{"nonjson", lines(saying("a"), "upstream timed out"), `not JSON in the stream: "upstream timed out"`, nil},
		{"parsekey", lines(saying("a"), `{"error parsing tool call":"x"}`), `stream cut off after 1 chunks, before the final one; its last line: "{\"error parsing tool call\":\"x\"}"`, nil},
		{"errobj", lines(saying("a"), `{"error":{"code":500,"message":"slot gone"}}`), "server: slot gone", nil},
		{"aftererror", lines(saying("a"), goodFinal, `{"error":"late"}`), "", chunks(1)},
		{"busy", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusServiceUnavailable)
			say(w, `{"error":"server busy, please try again"}`)
		}, "HTTP 503: server busy, please try again", nil},
		{"errobj with a status", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusInternalServerError)
			say(w, `{"error":{"message":"slot gone"}}`)
		}, "HTTP 500: slot gone", nil},
		{"html502", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(http.StatusBadGateway)
			say(w, "<html>bad gateway")
		}, `HTTP 502: "<html>bad gateway\n"`, nil},
		{"crlf", lines(saying("a")+"\r\n\r", goodFinal+"\r\n\r"), "", chunks(1)},
		{"joined", lines(saying("a") + saying("b")), "not JSON in the stream: ", nil},
		{"sse", lines("data: " + saying("a")), `not JSON in the stream: "data: `, nil},
		{"nulls", lines(`{"response":"a","done":false,"done_reason":null,"error":null}`, `{"done":true,"done_reason":null,"load_duration":null,"context":null,"eval_count":1}`), "",
			func(t *testing.T, c record.Call) { assert.Nil(t, c.Server.LoadNS) }},
		{"gzip", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			say(w, "\x1f\x8b\x08")
		}, "the reply is gzip (Content-Encoding), which nobody asked for: a proxy in between compresses it", nil},
		{"login", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			say(w, "<html>log in")
		}, "the reply is a web page (text/html): a proxy or a login page answers in the server's place", nil},
		{"bigctx", lines(saying("a"), strings.TrimSuffix(goodFinal, "}")+`,"context":[1`+strings.Repeat(",151643", 300_000)+"]}"), "", chunks(1)},
		{"hugeline", lines(saying(strings.Repeat("x", 9<<20))), "line longer than 8388608 bytes in the stream", nil},
		{"loadreason", lines(`{"response":"","done":true,"done_reason":"load"}`), `reply without text (done_reason "load", tokens: none counted)`, nil},
		{"empty", lines(`{"response":"","done":true,"done_reason":"stop","eval_count":1}`), `reply without text (done_reason "stop", tokens: 1 counted)`, nil},
		{"heartbeat", func(w http.ResponseWriter, r *http.Request) {
			say(w, saying("a"))
			for r.Context().Err() == nil {
				say(w, "")
				time.Sleep(100 * time.Millisecond)
			}
		}, "server silent for ", chunks(1)},
		{"lateend", late(1500 * time.Millisecond), "", leftOpen},
		{"noend", late(time.Hour), "", leftOpen},
		{"float", good(strings.ReplaceAll(goodFinal, "25000000", "25000000.0")), "",
			func(t *testing.T, c record.Call) { assert.EqualValues(t, 25_000_000, *c.Server.EvalNS) }},
		{"float with a part", good(strings.ReplaceAll(goodFinal, "25000000", "25000000.5")), "25000000.5 is no whole number, in the stream: ", nil},
		{"othermodel", good(strings.ReplaceAll(goodFinal, `"m"`, `"m:0.5b-q2_K"`)), "",
			func(t *testing.T, c record.Call) { assert.Equal(t, "m:0.5b-q2_K", c.ServedModel) }},
		{"cachedcount", good(strings.Replace(goodFinal, `"eval_count"`, `"prompt_eval_cached_count":91,"eval_count"`, 1)), "",
			func(t *testing.T, c record.Call) { assert.EqualValues(t, 91, *c.Server.CachedTokens) }},
		{"redirown", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere+r.URL.Path, http.StatusTemporaryRedirect)
		}, "HTTP 307: redirected to " + elsewhere + "/api/generate; duet follows no redirects: name the address itself", nil},
	}
}

func late(by time.Duration) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, r *http.Request) {
		spoken(w, 5)
		say(w, goodFinal)
		select {
		case <-time.After(by):
		case <-r.Context().Done():
		}
	}
}

func leftOpen(t *testing.T, c record.Call) {
	assert.True(t, c.LeftOpen, "it is said")
	assert.Equal(t, *c.DoneNS, c.EndNS)
	assert.Less(t, time.Duration(c.EndNS-c.RequestNS), time.Second)
}

func TestEveryRuntimeMakesTheSameOfWhatServersWereSeenToSend(t *testing.T) {
	third := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(third.Close)
	for _, c := range wireCases(third.URL) {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			drivertest.Every(t, func(t *testing.T, d driver.Driver) {
				if c.name == "hugeline" && perCall[d.Name()] {
					t.Skip("httpx's own aiter_lines takes a time that grows with the line's square")
				}
				s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.Method == http.MethodGet {
						say(w, `{"version":"0.17.4"}`)
						return
					}
					_, _ = io.Copy(io.Discard, r.Body)
					c.answer(w, r)
				}))
				t.Cleanup(s.Close)
				req := two(s.URL, s.URL)
				req.Agents, req.SilenceNS = req.Agents[:1], int64(2*time.Second)
				res := run(t, d, req)
				call := res.Calls[0]
				if c.failed != "" {
					assert.Contains(t, call.Error, c.failed)
					assert.Len(t, res.Calls, 1)
				} else {
					require.Empty(t, call.Error)
					assert.Len(t, res.Calls, 2)
				}
				if c.check != nil {
					c.check(t, call)
				}
				if call.LeftOpen {
					assert.Less(t, time.Duration(res.Calls[1].RequestNS-call.EndNS), 500*time.Millisecond, "the next call does not wait")
				}
			})
		})
	}
}
