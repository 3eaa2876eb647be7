package ollama

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

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
