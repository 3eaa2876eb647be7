package tr116_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
	"github.com/chimeraforge/duet/harness/tr116"
)

type failer interface {
	Fatalf(string, ...any)
}

// hold wants an error with a reason, or runs that are valid with everything
// derived from them: JSON has no NaN and no infinity, so encoding them says
// that there is none.
func hold(t failer, runs []*record.Run, err error) {
	if err != nil {
		if len(runs) > 0 || err.Error() == "" {
			t.Fatalf("%d runs beside the error %q", len(runs), err)
		}
		return
	}
	if len(runs) == 0 {
		t.Fatalf("neither a run nor an error")
	}
	for _, r := range runs {
		metric.Annotate(r)
		data, err := results.Encode(r)
		if err != nil {
			t.Fatalf("a run that cannot be written: %v", err)
		}
		if err := record.Check(data); err != nil {
			t.Fatalf("a run against the schema: %v\n%s", err, data)
		}
	}
	for _, table := range metric.NewSet(runs).Tables() {
		if _, err := json.Marshal(table); err != nil {
			t.Fatalf("table %s: %v", table.ID, err)
		}
	}
}

func fuzz(f *testing.F, s sample) {
	f.Add(s.path, []byte(s.read(f)))
	f.Add(strings.ReplaceAll(s.path, "/", `\`), []byte(s.read(f))[:200])
	f.Add("metrics.json", []byte(`{"collector": null, "summary": [], "insight": {}}`))
	f.Fuzz(func(t *testing.T, path string, data []byte) {
		tr116.Claims(path, data)
		for _, p := range []string{path, s.path} { // most changed paths say nothing
			runs, err := tr116.Decode(p, data)
			hold(t, runs, err)
		}
	})
}

func FuzzPythonMulti(f *testing.F)  { fuzz(f, pythonMulti) }
func FuzzRustMulti(f *testing.F)    { fuzz(f, rustMulti) }
func FuzzPythonSingle(f *testing.F) { fuzz(f, pythonSingle) }
func FuzzRustSingle(f *testing.F)   { fuzz(f, rustSingle) }

// Any one value of a file may be anything at all.
func TestAnyValueInAnyPlaceGivesAnErrorOrAValidRun(t *testing.T) {
	for _, s := range samples {
		text := s.read(t)
		require.NotEmpty(t, text)
		rapid.Check(t, func(t *rapid.T) {
			var v any
			if err := json.Unmarshal([]byte(text), &v); err != nil {
				t.Fatal(err)
			}
			data, err := json.Marshal(spoil(t, v))
			if err != nil {
				t.Fatal(err)
			}
			runs, err := tr116.Decode(s.path, data)
			hold(t, runs, err)
		})
	}
}

// spoil walks down to a value and puts another in its place, or takes it away.
func spoil(t *rapid.T, v any) any {
	switch v := v.(type) {
	case map[string]any:
		key := rapid.SampledFrom(sortedKeys(v)).Draw(t, "key")
		if rapid.IntRange(0, 9).Draw(t, "drop") == 0 {
			delete(v, key)
		} else {
			v[key] = spoil(t, v[key])
		}
		return v
	case []any:
		if len(v) > 0 {
			i := rapid.IntRange(0, len(v)-1).Draw(t, "element")
			v[i] = spoil(t, v[i])
			return v
		}
	}
	return rapid.OneOf(
		rapid.Float64Range(-1e300, 1e300).AsAny(), rapid.Float64Range(-10, 1e4).AsAny(), rapid.Int64().AsAny(),
		rapid.String().AsAny(), rapid.Just(any(nil)), rapid.Just(any([]any{})), rapid.Just(any(map[string]any{})), rapid.Bool().AsAny(),
	).Draw(t, "value")
}

func sortedKeys(m map[string]any) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	if len(out) == 0 {
		return []string{"new"}
	}
	slices.Sort(out)
	return out
}
