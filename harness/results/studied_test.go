package results_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/results"
	"github.com/chimeraforge/duet/harness/tr116"
)

// The study's folders look like duet's own, so contents decide whose error a
// broken file gets.
func TestABrokenFileGetsTheErrorOfTheReaderItIsMeantFor(t *testing.T) {
	const studys = "multi/python/gemma3_latest/gemma3_latest/chimera-homo_gpu80_ctx512_temp10/run_2"
	const duets = "multi/go/gemma3_latest/chimera-homo_gpu80_ctx512_temp10/run_2"
	for name, tt := range map[string]struct{ dir, data, want string }{
		"the study's, cut off":                    {studys, "{\n\"run_number\": 2, \"scenario\": \"chimera_homo\", \"coll", "line 2, column 51: expected more, found the end of the file; it is cut off"},
		"the study's, without an agent":           {studys, `{"concurrent_wall_time_ms": 7, "run_number": 2, "scenario": "chimera_homo", "insight": 7}`, "line 1, column 1: expected an object in collector, found nothing (and 1 more)"},
		"the study's, in no place":                {"somewhere", `{"collector": {}, "insight": {}, "concurrent_wall_time_ms": 7}`, "no folder names a configuration; expected …/multi/<runtime>"},
		"nothing, in the study's folder":          {studys, ``, "line 1, column 1: expected a run, found an empty file"},
		"duet's, cut off, in the study's folder":  {studys, `{"schema": "duet.run/2", "suite": "mul`, "unexpected end of JSON input"},
		"duet's of a later version, in its place": {studys, `{"schema": "duet.run/3", "collector": {}}`, `unknown schema "duet.run/3"`},
		"nothing, in duet's folder":               {duets, `{}`, "the file names none"},
	} {
		dir := filepath.Join(t.TempDir(), filepath.FromSlash(tt.dir))
		require.NoError(t, os.MkdirAll(dir, 0o755))
		path := filepath.Join(dir, results.MetricsFile)
		require.NoError(t, os.WriteFile(path, []byte(tt.data), 0o644))
		_, err := results.ReadRuns(path)
		assert.ErrorContains(t, err, tt.want, name)
		assert.ErrorContains(t, err, path, name)
	}
	_, err := tr116.Decode(studys, []byte(`{}`))
	assert.ErrorIs(t, err, tr116.ErrLayout)
}
