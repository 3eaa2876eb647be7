package main

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEveryCommandHasHelpAndStatuses(t *testing.T) {
	for _, test := range []struct {
		args   string
		status int
		stdout string
		stderr string
	}{
		{"", 2, "", "duet bench [-tags"},
		{"help", 0, "duet serve [-servers N]", ""},
		{"-h", 0, "duet ab -old REV", ""},
		{"measure", 2, "", `duet: unknown command "measure"; there are ab, bench, bundle, models, preflight, serve`},
		{"bench -h", 0, "", "-prebuilt"},
		{"ab -h", 0, "", "-old.duet.X=V"},
		{"preflight -h", 0, "-duet.endpoints", ""},
		{"bundle -h", 0, "", "duet-bundle-linux-"},
		{"serve -h", 0, "", "-timescale"},
		{"bench -tags=cuda", 2, "", "duet bench: usage: -tags=cuda: allowed are ollama, gpu or none\n"},
		{"ab -new=x", 2, "", "duet ab: -old REV is needed"},
		{"bundle x", 1, "", `duet bundle: unexpected "x"`},
		{"serve -servers=0", 2, "", "-servers=0: allowed are 1 to 64"},
	} {
		var out, log bytes.Buffer
		assert.Equal(t, test.status, run(t.Context(), &out, &log, strings.Fields(test.args)), test.args)
		assert.Contains(t, out.String(), test.stdout, test.args)
		assert.Contains(t, log.String(), test.stderr, test.args)
	}
}

// heavy are the libraries that only real servers, a browser or a GPU need.
var heavy = []string{"github.com/ollama/", "/testcontainers", "/moby/", "github.com/docker/docker", "/chromedp", "/go-nvml"}

// TestTheSimulatorsBuildIsLean: "make bench" takes a minute from nothing, and nearly
// all of that is compiling.
func TestTheSimulatorsBuildIsLean(t *testing.T) {
	deps := func(tags string) string {
		out, err := exec.Command("go", "list", "-deps", "-tags", tags, ".").CombinedOutput()
		require.NoError(t, err, string(out))
		return string(out)
	}
	lean, full := deps(""), deps("ollama")
	for _, library := range heavy {
		assert.NotContains(t, lean, library)
	}
	assert.Contains(t, full, "github.com/ollama/", "that is what they are called")
	assert.Contains(t, full, "/moby/")
}
