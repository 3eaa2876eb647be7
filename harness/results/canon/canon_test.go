package canon_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden/synthetic"
	"github.com/chimeraforge/duet/golden/synthetic/bulk"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
	"github.com/chimeraforge/duet/harness/results/canon"
)

func encode(t testing.TB, r *record.Run) []byte {
	t.Helper()
	data, err := results.Encode(r)
	require.NoError(t, err)
	return data
}

func oracle(t testing.TB, data []byte) *record.Run {
	t.Helper()
	var r record.Run
	require.NoError(t, json.Unmarshal(data, &r))
	return &r
}

func TestARunIsReadAsEncodingJSONReadsIt(t *testing.T) {
	var full, lean canon.Reader
	lean.Lean = true
	for r := range bulk.Runs(200) {
		data := encode(t, r)
		want := oracle(t, data)
		require.Equal(t, want, full.Run(data))
		require.Equal(t, thin(want), lean.Run(data))
	}
	for _, r := range synthetic.Runs() {
		data := encode(t, r)
		require.Equal(t, oracle(t, data), full.Run(data))
	}
}

// thin is a run without what Lean leaves out.
func thin(r *record.Run) *record.Run {
	r.Derived, r.Summary = nil, nil
	for i := range r.Passes {
		for k := range r.Passes[i].Calls {
			r.Passes[i].Calls[k].Reply = ""
		}
	}
	return r
}

func TestEveryFieldIsKnown(t *testing.T) {
	r := &record.Run{}
	fill(reflect.ValueOf(r).Elem())
	r.Imported = nil // another tool's results are few; encoding/json reads them
	data := encode(t, r)
	var reader canon.Reader
	got := reader.Run(data)
	require.NotNil(t, got, "a field of package metrics that canon does not know makes every table slow; add it where the type is read:\n%s", data)
	assert.Equal(t, oracle(t, data), got)
}

// fill gives every field below v a value that is not zero.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0))
		fill(v.Index(1))
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Date(2001, 2, 3, 4, 5, 6, 789, time.UTC)))
			return
		}
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	case reflect.String:
		v.SetString("a\n\"b\\ü\u2028\x7f")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(-12)
	case reflect.Uint64:
		v.SetUint(1<<64 - 1)
	case reflect.Float64:
		v.SetFloat(-1.5e-9)
	}
}

func TestWhatIsAbsentEmptyOrNullStaysSo(t *testing.T) {
	var reader canon.Reader
	for name, r := range map[string]*record.Run{
		"nothing": {},
		"empty":   {Servers: []record.Server{}, Agents: []record.Agent{}, Passes: []record.Pass{}, Derived: &record.Derived{}, Summary: &record.Summary{}},
		"a pass":  {Passes: []record.Pass{{}, {Agents: []string{}, Calls: []record.Call{}, Client: &record.Client{}}}},
		"a call":  {Passes: []record.Pass{{Calls: []record.Call{{Server: &record.ServerTimings{}}, {}}}}},
	} {
		data := encode(t, r)
		assert.Equal(t, oracle(t, data), reader.Run(data), name)
	}
}

func TestAnythingElseIsNotMine(t *testing.T) {
	data := string(encode(t, synthetic.Runs()[0]))
	for name, other := range map[string]string{
		"nothing":          "",
		"half a file":      data[:len(data)/2],
		"something behind": data + "x",
		"tabs":             strings.ReplaceAll(data, "  ", "\t"),
		"another order":    strings.Replace(data, `"round": 1`, `"run_number": 1`, 1),
		"a fraction":       strings.Replace(data, `"round": 1`, `"round": 1.0`, 1),
		"a leading zero":   strings.Replace(data, `"round": 1`, `"round": 01`, 1),
		"an unknown key":   strings.Replace(data, `"round"`, `"rounds"`, 1),
		"an unknown last":  strings.TrimSuffix(data, "\n}\n") + ",\n  \"more\": 1\n}\n",
		"a raw line break": strings.Replace(data, `"session": "`, "\"session\": \"\n", 1),
		"a wrong escape":   strings.Replace(data, `"session": "`, `"session": "\x`, 1),
		"a number too big": strings.Replace(data, `"temp": 1`, `"temp": 1e999`, 1),
	} {
		var reader canon.Reader
		require.NotEqual(t, data, other, name)
		assert.Nil(t, reader.Run([]byte(other)), name)
	}
}

// FuzzOracle: whatever canon reads, encoding/json reads to the same value, with
// memory of an earlier run or without.
func FuzzOracle(f *testing.F) {
	for r := range bulk.Runs(2) {
		f.Add(encode(f, r))
	}
	r := &record.Run{}
	fill(reflect.ValueOf(r).Elem())
	r.Imported = nil
	f.Add(encode(f, r))
	before := encode(f, bulk.Run(bulk.Cells()[0], 1))
	f.Fuzz(func(t *testing.T, data []byte) {
		var fresh, used, lean canon.Reader
		lean.Lean = true
		require.NotNil(t, used.Run(before))
		require.NotNil(t, lean.Run(before))
		got := fresh.Run(data)
		assert.Equal(t, got, used.Run(data))
		thinner := lean.Run(data)
		require.Equal(t, got == nil, thinner == nil)
		if got == nil {
			return
		}
		assert.Equal(t, oracle(t, data), got)
		assert.Equal(t, thin(got), thinner)
	})
}

func BenchmarkRun(b *testing.B) {
	data := encode(b, bulk.Run(bulk.Cells()[0], 1))
	for name, reader := range map[string]*canon.Reader{"full": {}, "lean": {Lean: true}} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				if reader.Run(data) == nil {
					b.Fatal("not read")
				}
			}
		})
	}
	b.Run("encoding-json", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			oracle(b, data)
		}
	})
}
