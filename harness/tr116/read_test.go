package tr116_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden"
	"github.com/chimeraforge/duet/harness/results"
	"github.com/chimeraforge/duet/harness/tr116"
)

// What a small file of each layout becomes, in full: every number is taken from
// it or added up by hand.
func TestEveryLayoutIsReadIntoRuns(t *testing.T) {
	for _, s := range samples {
		runs, err := tr116.Decode("results/"+s.path, []byte(s.read(t)))
		require.NoError(t, err, s.name)
		data, err := results.Encode(runs)
		require.NoError(t, err)
		golden.Assert(t, s.name, string(data))
	}
}

func TestFoldersOfEverySystemAndSpellingSayTheSame(t *testing.T) {
	data := []byte(pythonMulti.read(t))
	want, err := tr116.Decode(pythonMulti.path, data)
	require.NoError(t, err)
	once := strings.Replace(pythonMulti.path, "gemma3_latest/gemma3_latest", "gemma3_latest", 1)
	for name, path := range map[string]string{
		"below other folders": "/data/multi/old/" + pythonMulti.path,
		"as published":        `experiments/TR116/results/` + strings.ReplaceAll(pythonMulti.path, "/", `\`),
		"of a Windows drive":  `C:\study\` + strings.ReplaceAll(pythonMulti.path, "/", `\`),
		"doubled separators":  strings.ReplaceAll(pythonMulti.path, "/", "//"),
	} {
		got, err := tr116.Decode(path, data)
		require.NoError(t, err, name)
		assert.Equal(t, want, got, name)
	}
	got, err := tr116.Decode(once, data)
	require.NoError(t, err)
	assert.Equal(t, want[0].Cell, got[0].Cell, "with the model's folder once")
}

func TestAFileWithAByteOrderMarkIsRead(t *testing.T) {
	_, err := tr116.Decode(rustMulti.path, append([]byte("\ufeff"), rustMulti.read(t)...))
	assert.NoError(t, err)
}

// The study had three models; of another the file knows the whole name.
func TestTheModelOfAnUnknownFolderIsNamedByItsFile(t *testing.T) {
	path := strings.Replace(rustMulti.path, "qwen2p5_7b", "mistral_q4", 1)
	data := strings.ReplaceAll(rustMulti.read(t), "qwen2.5:7b", "mistral:7b-instruct-q4_0")
	runs, err := tr116.Decode(path, []byte(data))
	require.NoError(t, err)
	assert.Equal(t, "mistral:7b-instruct-q4_0", runs[0].Cell.Model())
	assert.Equal(t, "multi/rust/mistral_q4/baseline-vs-chimera_gpu80_ctx512_temp10", runs[0].Cell.ID)
	_, err = tr116.Decode(path, []byte(rustMulti.read(t)))
	assert.ErrorContains(t, err, "expected the model mistral:q4, as the folder mistral_q4 says, in collector.config.model, found qwen2.5:7b")
}
