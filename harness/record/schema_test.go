package record_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden"
	"github.com/chimeraforge/duet/harness/record"
)

// valid encodes a run and returns what the schema says of it.
func valid(t *testing.T, r record.Run) error {
	t.Helper()
	data, err := json.Marshal(r)
	require.NoError(t, err)
	return record.Check(data)
}

func TestThePublishedSchemaIsMadeOfTheTypes(t *testing.T) {
	want, err := record.GeneratedSchema()
	require.NoError(t, err)
	golden.Assert(t, "../../schema.json", string(want))
}

// minimal is the least a failed run has: it never reached a server.
func minimal() record.Run {
	return record.Run{
		Schema: record.Schema, Session: "s", Suite: record.SuiteMulti, RunNumber: 1, Round: 1,
		Cell: record.NewCell("multi/go/m/c", record.CoordModel, "m"), Status: record.StatusFailed, Error: "connection refused",
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
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		value := reflect.New(v.Type().Elem()).Elem()
		fill(value)
		v.SetMapIndex(reflect.ValueOf("x"), value)
	case reflect.Interface:
		v.Set(reflect.ValueOf("x"))
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
	assert.NoError(t, valid(t, minimal()), "minimal failed run")
	assert.NoError(t, valid(t, filled()), "run with every field")
}

func TestTheSchemaRefusesWhatARunCannotBe(t *testing.T) {
	for name, spoil := range map[string]func(*record.Run){
		"another schema": func(r *record.Run) { r.Schema = "duet.run/0" },
		"a word too many": func(r *record.Run) {
			r.Agents = []record.Agent{{Options: record.Options{Others: map[string]any{"f": 1}}}}
			r.Servers = nil
			r.RunNumber = -1
		},
		"an unknown status": func(r *record.Run) { r.Status = "" },
		"run zero":          func(r *record.Run) { r.RunNumber = 0 },
		"an unknown pass":   func(r *record.Run) { r.Passes = []record.Pass{{Kind: "warm-up"}} },
	} {
		r := minimal()
		spoil(&r)
		assert.Error(t, valid(t, r), name)
	}
}
