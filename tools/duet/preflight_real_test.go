//go:build ollama || gpu

package main

import (
	"bytes"
	"net/http"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestARealOllamaIsStartedAskedAndStopped: the local binary, no endpoint that
// answers. The models need not be there.
func TestARealOllamaIsStartedAskedAndStopped(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, lookAround(t.Context(), &out, &out, []string{"-duet.models=tiny", "-duet.endpoints=http://127.0.0.1:1,http://127.0.0.1:2"}))
	t.Log("\n" + out.String())
	asked := regexp.MustCompile(`(?m)^  s[12] (http://127\.0\.0\.1:\d+), Ollama \d+\.\d+\.\d+`).FindAllStringSubmatch(out.String(), -1)
	require.Len(t, asked, 2)
	for _, s := range asked {
		_, err := http.Get(s[1] + "/api/version")
		assert.Error(t, err, "it is stopped again")
	}
}
