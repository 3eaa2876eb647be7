package record_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/record"
)

// object is the part of a schema's object that the tests look at.
type object struct {
	Properties           map[string]struct{}
	Required             []string
	AdditionalProperties *bool
	Defs                 map[string]object `json:"$defs"`
}

func schema(t *testing.T) (*jsonschema.Schema, object) {
	t.Helper()
	data, err := os.ReadFile("schema.json")
	require.NoError(t, err)
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	require.NoError(t, c.AddResource("schema.json", doc))
	s, err := c.Compile("schema.json")
	require.NoError(t, err)
	var o object
	require.NoError(t, json.Unmarshal(data, &o))
	return s, o
}

// valid encodes a run and returns what the schema says of it.
func valid(t *testing.T, s *jsonschema.Schema, r record.Run) error {
	t.Helper()
	data, err := json.Marshal(r)
	require.NoError(t, err)
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	require.NoError(t, err)
	return s.Validate(v)
}

// minimal is the least a failed run has: it never reached a server.
func minimal() record.Run {
	return record.Run{
		Schema: record.Schema, Session: "s", Suite: record.SuiteMulti, RunNumber: 1, Round: 1,
		Cell: record.Cell{ID: "multi/go/m/c"}, Status: record.StatusFailed, Error: "connection refused",
		Started: time.Unix(0, 0).UTC(),
	}
}

// filled is a run with every field set, by reflection, so that a new field is
// in the test without anyone thinking of it.
func filled() record.Run {
	var r record.Run
	fill(reflect.ValueOf(&r).Elem())
	r.Schema, r.Suite, r.Status = record.Schema, record.SuiteSingle, record.StatusOK
	r.Passes[0].Kind, r.Derived.Agents[0].Pass = record.PassTuned, record.PassTuned
	r.Derived.Energy[0].Pass, r.Derived.Energy[0].Method = record.PassTuned, record.EnergyCounter
	r.Imported.Agents[0].Pass = record.PassTuned
	return r
}

func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	case reflect.Struct:
		if t, ok := v.Addr().Interface().(*time.Time); ok {
			*t = time.Unix(1, 0).UTC()
			return
		}
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	case reflect.String:
		v.SetString("x")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Float64:
		v.SetFloat(1.5)
	case reflect.Uint64:
		v.SetUint(1)
	default:
		v.SetInt(1)
	}
}

func TestRunsValidateAgainstThePublishedSchema(t *testing.T) {
	s, _ := schema(t)
	assert.NoError(t, valid(t, s, minimal()), "minimal failed run")
	assert.NoError(t, valid(t, s, filled()), "run with every field")
}

func TestTheSchemaRefusesWhatARunCannotBe(t *testing.T) {
	s, _ := schema(t)
	for name, spoil := range map[string]func(*record.Run){
		"another schema":    func(r *record.Run) { r.Schema = "duet.run/0" },
		"an unknown suite":  func(r *record.Run) { r.Suite = "triple" },
		"an unknown status": func(r *record.Run) { r.Status = "" },
		"run zero":          func(r *record.Run) { r.RunNumber = 0 },
		"an unknown pass":   func(r *record.Run) { r.Passes = []record.Pass{{Kind: "warm-up"}} },
	} {
		r := minimal()
		spoil(&r)
		assert.Error(t, valid(t, s, r), name)
	}
}

func TestEveryFieldOfTheTypesIsInTheSchemaAndTheOtherWayRound(t *testing.T) {
	_, o := schema(t)
	types := map[string]reflect.Type{}
	collect(reflect.TypeFor[record.Run](), types)
	assert.Equal(t, len(types)-1, len(o.Defs), "one definition per type besides Run")
	for name, typ := range types {
		def, ok := o.Defs[name]
		if name == "Run" {
			def, ok = o, true
		}
		require.True(t, ok, "no definition of %s", name)
		fields, required := jsonFields(typ)
		assert.Equal(t, fields, slices.Sorted(maps.Keys(def.Properties)), "%s: properties", name)
		slices.Sort(def.Required)
		assert.Equal(t, required, append([]string(nil), def.Required...), "%s: required", name)
		assert.True(t, def.AdditionalProperties != nil && !*def.AdditionalProperties, "%s: additionalProperties must be false", name)
	}
}

func collect(typ reflect.Type, out map[string]reflect.Type) {
	for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice {
		typ = typ.Elem()
	}
	if typ.Kind() != reflect.Struct || typ == reflect.TypeFor[time.Time]() || out[typ.Name()] != nil {
		return
	}
	out[typ.Name()] = typ
	for i := range typ.NumField() {
		collect(typ.Field(i).Type, out)
	}
}

// jsonFields lists the names of a type's fields, and of those always written.
func jsonFields(typ reflect.Type) (all, required []string) {
	for i := range typ.NumField() {
		name, opts, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
		all = append(all, name)
		if !strings.Contains(opts, "omit") { // omitempty, omitzero
			required = append(required, name)
		}
	}
	slices.Sort(all)
	slices.Sort(required)
	return all, required
}
