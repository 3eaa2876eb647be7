package record

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/google/jsonschema-go/jsonschema"
)

// PublishedSchema is schema.json, the JSON schema of a metrics.json, as
// GeneratedSchema writes it ("make golden").
//
//go:embed schema.json
var PublishedSchema []byte

// words are the fields that have a few known values.
var words = map[string]map[string][]any{
	"Run":          {"schema": {Schema}, "status": {StatusOK, StatusFailed}},
	"Pass":         {"kind": {PassSolo, PassConcurrent, PassBaseline, PassTuned}},
	"AgentDerived": {"pass": {PassSolo, PassConcurrent, PassBaseline, PassTuned}},
	"PassEnergy": {
		"pass":   {PassSolo, PassConcurrent, PassBaseline, PassTuned},
		"method": {EnergyCounter, EnergySamples},
	},
	"ImportedAgent": {"pass": {PassSolo, PassConcurrent, PassBaseline, PassTuned}},
}

// JSONSchema is the schema of a type of duet's, one definition per type that it
// holds. What a type embeds is in its own.
func JSONSchema(t reflect.Type) (*jsonschema.Schema, error) {
	types := map[reflect.Type]bool{}
	collect(t, types)
	refs, defs := map[reflect.Type]*jsonschema.Schema{}, map[string]*jsonschema.Schema{}
	for typ := range types {
		refs[typ] = &jsonschema.Schema{Ref: "#/$defs/" + typ.Name()}
	}
	refs[t] = &jsonschema.Schema{Ref: "#"}
	for typ := range types {
		own := &jsonschema.ForOptions{TypeSchemas: maps.Clone(refs)}
		delete(own.TypeSchemas, typ)
		s, err := jsonschema.ForType(typ, own)
		if err != nil {
			return nil, fmt.Errorf("schema of %s: %w", typ.Name(), err)
		}
		if defs[typ.Name()] != nil {
			return nil, fmt.Errorf("two types are called %s", typ.Name())
		}
		narrow(typ.Name(), s)
		defs[typ.Name()] = s
	}
	root := defs[t.Name()]
	delete(defs, t.Name())
	root.Schema = "https://json-schema.org/draft/2020-12/schema"
	root.Defs = defs
	return root, nil
}

// GeneratedSchema is the text of schema.json.
func GeneratedSchema() ([]byte, error) {
	s, err := JSONSchema(reflect.TypeFor[Run]())
	if err != nil {
		return nil, err
	}
	s.Title, s.Description = "duet run", "One repetition of one cell of duet's matrix: a metrics.json."
	text, err := json.MarshalIndent(s, "", "  ")
	return append(text, '\n'), err
}

// collect finds the structs of duet's in a type, those aside that are embedded.
func collect(t reflect.Type, found map[reflect.Type]bool) {
	for slices.Contains([]reflect.Kind{reflect.Pointer, reflect.Slice, reflect.Map}, t.Kind()) {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || !strings.HasPrefix(t.PkgPath(), module) || found[t] {
		return
	}
	found[t] = true
	for _, f := range reflect.VisibleFields(t) {
		if !f.Anonymous {
			collect(f.Type, found)
		}
	}
}

var module, _, _ = strings.Cut(reflect.TypeFor[Run]().PkgPath(), "/harness/")

// narrow says more of a type than Go's does: known words, numbers from 1, and that
// what is absent is left out and never null.
func narrow(name string, s *jsonschema.Schema) {
	for field, p := range s.Properties {
		p.Types = slices.DeleteFunc(p.Types, func(t string) bool { return t == "null" && !slices.Contains(s.Required, field) })
		switch {
		case len(p.Types) == 1:
			p.Type, p.Types = p.Types[0], nil
		case len(p.Types) == 0:
			p.Types = nil
		}
		p.Enum = words[name][field]
	}
	if name == "Run" {
		s.Properties["run_number"].Minimum = jsonschema.Ptr(1.0)
	}
}

// resolved is the published schema, ready to check with.
var resolved = sync.OnceValues(func() (*jsonschema.Resolved, error) {
	var s jsonschema.Schema
	if err := json.Unmarshal(PublishedSchema, &s); err != nil {
		return nil, err
	}
	return s.Resolve(nil)
})

// Check holds the text of a run to the published schema; one of the first layout
// to what it is in this one.
func Check(data []byte) error {
	s, err := resolved()
	if err != nil {
		return fmt.Errorf("the published schema: %w", err)
	}
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		return err
	}
	if run, ok := v.(object); ok && run["schema"] == FirstSchema {
		if data, err = Upgrade(data); err != nil {
			return err
		}
		if err := json.Unmarshal(data, &v); err != nil {
			return err
		}
	}
	return s.Validate(v)
}
