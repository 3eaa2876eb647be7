package ollama

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/record"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// serve answers as a table says: "GET /api/tags" to the body, which is JSON, or
// a status and a JSON body. It returns what was asked of it, too.
func serve(t *testing.T, answers map[string]string) (*Client, *[]string) {
	t.Helper()
	var asked []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		asked = append(asked, strings.TrimSpace(r.Method+" "+r.URL.Path+" "+string(body)))
		answer, ok := answers[r.Method+" "+r.URL.Path]
		if !ok {
			answer = `404 {"error":"not here"}`
		}
		var status int
		if n, _ := fmt.Sscanf(answer, "%d ", &status); n == 1 {
			w.WriteHeader(status)
			answer = answer[4:]
		}
		io.WriteString(w, answer)
	}))
	t.Cleanup(s.Close)
	return New(s.URL + "/"), &asked
}

// Answers of Ollama 0.17.4, shortened.
const (
	tagsAnswer = `{"models":[{"name":"duet-tiny-qwen2:latest","model":"duet-tiny-qwen2:latest","size":13,"digest":"abc",
		"details":{"format":"gguf","family":"qwen2","parameter_size":"6.5M","quantization_level":"F16"}}]}`
	psAnswer = `{"models":[{"name":"duet-tiny-qwen2:latest","digest":"abc","size":300,"size_vram":0,"context_length":512,
		"details":{"family":"qwen2","parameter_size":"6.5M","quantization_level":"F16"},"expires_at":"2026-01-02T03:04:05.678901234Z"}]}`
	showAnswer = `{"modelfile":"FROM /models/blobs/sha256-feed\n","details":{"family":"qwen2","parameter_size":"6.5M","quantization_level":"F16"},
		"model_info":{"general.architecture":"qwen2","qwen2.context_length":8192,"qwen2.block_count":6}}`
)

var model = record.Model{Name: "duet-tiny-qwen2", Digest: "abc", Family: "qwen2", ParameterSize: "6.5M", Quantization: "F16", MaxContext: 8192, Layers: 7}

func TestDescribeJoinsWhatFourRequestsSay(t *testing.T) {
	c, asked := serve(t, map[string]string{
		"GET /api/version": `{"version":"0.17.4"}`, "POST /api/show": showAnswer,
		"GET /api/tags": tagsAnswer, "GET /api/ps": psAnswer,
	})
	got, err := c.Describe(t.Context(), "collector", "duet-tiny-qwen2")
	require.NoError(t, err)
	want := model
	want.Context, want.SizeB, want.VRAMB = new(512), new(int64(300)), new(int64(0))
	assert.Equal(t, record.Server{ID: "collector", URL: c.URL(), Version: "0.17.4", Model: &want}, got)
	assert.Contains(t, *asked, `POST /api/show {"model":"duet-tiny-qwen2"}`)
}

func TestStoredModelsHaveTheSizeOfTheirFile(t *testing.T) {
	c, _ := serve(t, map[string]string{"GET /api/tags": tagsAnswer})
	got, err := c.Stored(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []Stored{{"duet-tiny-qwen2:latest", 13}}, got)
}

func TestAModelThatIsNotLoadedHasNoSize(t *testing.T) {
	c, _ := serve(t, map[string]string{
		"GET /api/version": `{"version":"0.17.4"}`, "POST /api/show": showAnswer,
		"GET /api/tags": tagsAnswer, "GET /api/ps": `{"models":[]}`,
	})
	got, err := c.Describe(t.Context(), "collector", "duet-tiny-qwen2")
	require.NoError(t, err)
	assert.Equal(t, &model, got.Model)
}

func TestAnErrorIsOneLineWithTheURLAndOllamasText(t *testing.T) {
	c, _ := serve(t, map[string]string{
		"POST /api/show":   `404 {"error":"model 'x' not found"}`,
		"GET /api/tags":    "500 <html>\n  oops  </html>",
		"GET /api/ps":      "503 ",
		"GET /api/version": `{}`,
	})
	_, err := c.Show(t.Context(), "x")
	assert.EqualError(t, err, "POST "+c.URL()+"/api/show: 404: model 'x' not found")
	assert.ErrorIs(t, err, ErrNotFound)
	_, err = c.Tags(t.Context())
	assert.EqualError(t, err, "GET "+c.URL()+"/api/tags: 500: <html> oops </html>")
	assert.NotErrorIs(t, err, ErrNotFound)
	_, err = c.Ps(t.Context())
	assert.EqualError(t, err, "GET "+c.URL()+"/api/ps: 503: Service Unavailable")
	_, err = c.Version(t.Context())
	assert.ErrorContains(t, err, "this is not an Ollama server")
}

func TestAServerThatIsNotThereIsNamedOnce(t *testing.T) {
	s := httptest.NewServer(nil)
	s.Close()
	_, err := New(s.URL).Version(t.Context())
	require.Error(t, err)
	assert.Equal(t, 1, strings.Count(err.Error(), s.URL), err)
	assert.ErrorContains(t, err, "connection refused")
}

func TestGarbageIsAnError(t *testing.T) {
	c, _ := serve(t, map[string]string{"GET /api/tags": "garbage"})
	_, err := c.Tags(t.Context())
	assert.ErrorContains(t, err, "/api/tags: read the answer")
}

func TestGenerateSendsEveryOptionAndReadsTheRates(t *testing.T) {
	c, asked := serve(t, map[string]string{"POST /api/generate": `{"response":" hi","total_duration":3000000000,"load_duration":1500000000,
		"prompt_eval_count":10,"prompt_eval_duration":500000000,"eval_count":4,"eval_duration":2000000000}`})
	w, err := c.Generate(t.Context(), "m", "Ready?", record.Options{NumGPU: 80, NumCtx: 512, NumPredict: 1}, "5m")
	require.NoError(t, err)
	assert.Equal(t, 1500*time.Millisecond, w.Load)
	assert.Equal(t, 3*time.Second, w.Total)
	assert.Equal(t, 20.0, w.PromptRate())
	assert.Equal(t, 2.0, w.DecodeRate())
	assert.Equal(t, " hi", w.Reply)

	var sent map[string]any
	require.NoError(t, json.Unmarshal([]byte(strings.TrimPrefix((*asked)[0], "POST /api/generate ")), &sent))
	assert.Equal(t, false, sent["stream"])
	assert.Equal(t, "5m", sent["keep_alive"])
	assert.Equal(t, 512.0, sent["options"].(map[string]any)["num_ctx"])
	assert.Zero(t, backend.Warm{}.DecodeRate())
}

func TestUnloadWaitsUntilTheModelIsGone(t *testing.T) {
	asked := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/ps" {
			asked++
		}
		if asked < 3 {
			io.WriteString(w, psAnswer)
			return
		}
		io.WriteString(w, `{"models":[]}`)
	}))
	defer s.Close()
	require.NoError(t, New(s.URL).Unload(t.Context(), "duet-tiny-qwen2"))
	assert.Equal(t, 3, asked)
}

func TestDeadlinesAreTheContexts(t *testing.T) {
	release := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer s.Close()
	defer close(release)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err := New(s.URL).Version(ctx)
	assert.ErrorIs(t, err, context.DeadlineExceeded)
}

// What servers and what is before them were seen to answer, and what is said.
func TestAnswersThatAreNotAServersAreNamed(t *testing.T) {
	for name, c := range map[string]struct {
		answer func(w http.ResponseWriter, r *http.Request)
		want   string
	}{
		"redir301": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://ollama.lan/api/version", http.StatusMovedPermanently)
		}, "301: redirected to https://ollama.lan/api/version; duet follows no redirects: name the address itself"},
		"login": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			_, _ = w.Write([]byte("<html>log in"))
		}, "200: the reply is a web page (text/html): a proxy or a login page answers in the server's place"},
		"errobj": {func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = w.Write([]byte(`{"error":{"message":"slot gone"}}`))
		}, "500: slot gone"},
	} {
		t.Run(name, func(t *testing.T) {
			s := httptest.NewServer(http.HandlerFunc(c.answer))
			t.Cleanup(s.Close)
			_, err := New(s.URL).Version(t.Context())
			assert.ErrorContains(t, err, c.want)
		})
	}
}

func TestCloudModelsAreRefused(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"remote_model":"big:120b","remote_host":"https://remote.example:443","details":{},"model_info":{}}`))
	}))
	t.Cleanup(s.Close)
	_, err := New(s.URL).Show(t.Context(), "big:cloud")
	require.ErrorIs(t, err, ErrRemote)
	assert.ErrorContains(t, err, "passes it on to https://remote.example:443 as big:120b")
}

// tagsmodel: KoboldCpp and others have model and no name.
func TestAModelWithoutANameHasItsOtherOne(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"models":[{"model":"m:latest","digest":"aaaa","size":5,"size_vram":5,"context_length":512}]}`))
	}))
	t.Cleanup(s.Close)
	held, err := New(s.URL).Ps(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "m:latest", held[0].Name)
}

func TestPullShowsProgressAndEndsWithSuccess(t *testing.T) {
	c, _ := serve(t, map[string]string{"POST /api/pull": `{"status":"pulling manifest"}
		{"status":"pulling feed","digest":"feed","total":100,"completed":40}
		{"status":"success"}`})
	var seen []string
	err := c.Pull(t.Context(), "m", func(status string, done, total int64) {
		seen = append(seen, fmt.Sprint(status, " ", done, "/", total))
	})
	require.NoError(t, err)
	assert.Equal(t, []string{"pulling manifest 0/0", "pulling feed 40/100", "success 0/0"}, seen)
}

func TestPullThatFailsSaysWhy(t *testing.T) {
	for stream, want := range map[string]string{
		`{"status":"pulling manifest"} {"error":"pull model manifest: file does not exist"}`: "file does not exist",
		`{"status":"pulling manifest"}`:      "without saying that it succeeded",
		`{"status":"pulling`:                 "unexpected EOF",
		`400 {"error":"invalid model name"}`: "400: invalid model name",
	} {
		c, _ := serve(t, map[string]string{"POST /api/pull": stream})
		assert.ErrorContains(t, c.Pull(t.Context(), "m", nil), want, stream)
	}
}

func TestPushBlobSendsOnlyWhatIsMissing(t *testing.T) {
	missing, asked := serve(t, map[string]string{"POST /api/blobs/sha256:f": "201 "})
	require.NoError(t, missing.PushBlob(t.Context(), "sha256:f", strings.NewReader("weights")))
	assert.Equal(t, []string{"HEAD /api/blobs/sha256:f", "POST /api/blobs/sha256:f weights"}, *asked)

	there, asked := serve(t, map[string]string{"HEAD /api/blobs/sha256:f": ""})
	require.NoError(t, there.PushBlob(t.Context(), "sha256:f", strings.NewReader("weights")))
	assert.Len(t, *asked, 1)
}

func TestCreateDeleteAndBlob(t *testing.T) {
	c, asked := serve(t, map[string]string{
		"POST /api/create": `{"status":"success"}`, "DELETE /api/delete": "", "POST /api/show": showAnswer,
	})
	require.NoError(t, c.Create(t.Context(), "m", "sha256:f", nil))
	require.NoError(t, c.Create(t.Context(), "m", "sha256:f", map[string]any{"num_thread": 1}))
	require.NoError(t, c.Delete(t.Context(), "m"))
	assert.Equal(t, []string{
		`POST /api/create {"files":{"model.gguf":"sha256:f"},"model":"m","stream":false}`,
		`POST /api/create {"files":{"model.gguf":"sha256:f"},"model":"m","parameters":{"num_thread":1},"stream":false}`,
		`DELETE /api/delete {"model":"m"}`,
	}, *asked)
	same, err := c.Blob(t.Context(), "m", "sha256:feed")
	require.NoError(t, err)
	assert.True(t, same)
	same, err = c.Blob(t.Context(), "m", "sha256:beef")
	require.NoError(t, err)
	assert.False(t, same)
}
