package results_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden"
	"github.com/chimeraforge/duet/golden/simulated"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
)

// The published schema of session.json is made of the types, and what a session
// writes holds to it.
func TestThePublishedSchemaOfASessionIsMadeOfTheTypes(t *testing.T) {
	s, err := record.JSONSchema(reflect.TypeFor[results.File]())
	require.NoError(t, err)
	s.Title, s.Description = "duet session", "A session of duet's: a session.json."
	s.Properties["schema"].Enum = []any{results.FileSchema}
	text, err := json.MarshalIndent(s, "", "  ")
	require.NoError(t, err)
	golden.Assert(t, "../../schema.json", string(text)+"\n")

	resolved, err := s.Resolve(nil)
	require.NoError(t, err)
	all := t.TempDir()
	set := simulated.Settings(all, "s")
	set.Shard = plan.Shard{I: 1, N: 2}
	require.NoError(t, simulated.Session(t.Context(), set))
	data, err := os.ReadFile(filepath.Join(all, "s", results.FileName))
	require.NoError(t, err)
	var file map[string]any
	require.NoError(t, json.Unmarshal(data, &file))
	assert.NoError(t, resolved.Validate(file))
	file["cells"] = []any{map[string]any{"id": "c", "coordinates": "model"}}
	assert.Error(t, resolved.Validate(file))
}
