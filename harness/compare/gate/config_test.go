package gate_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/chimeraforge/duet/golden"
	"github.com/chimeraforge/duet/harness/compare/gate"
)

// one is a config of one rule.
func one(rule string) string { return "version: 1\nrules:\n  - " + rule + "\n" }

// bad are configs that are refused, by what is said of them.
var bad = []struct{ name, text, want string }{
	{"nothing", "", "there is nothing in it"},
	{"a list", "- 1\n", "line 1: cannot unmarshal"},
	{"no version", "rules: [{metrics: a, min: 1}]\n", "version 0"},
	{"another version", "version: 2\nrules: [{metrics: a, min: 1}]\n", "version 2"},
	{"no rules", "version: 1\n", "no rules"},
	{"an empty list of rules", "version: 1\nrules: []\n", "no rules"},
	{"a key that does not exist", one("{metrics: a, min: 1}\n    #") + "rule: []\n", "line 5: field rule not found"},
	{"a limit that is misspelt", one("metrics: a\n    minimum: 1"), "line 4: field minimum not found"},
	{"a key twice", one("metrics: a\n    min: 1\n    min: 2"), "line 5: mapping key"},
	{"two documents", one("{metrics: a, min: 1}") + "---\nversion: 1\n", "more than one document"},
	{"no metrics", one("min: 1"), "g.yaml:3: rule"},
	{"an empty list of metrics", one("{metrics: [], min: 1}"), "line 3: an empty list"},
	{"an empty metric", one("{metrics: '', min: 1}"), "line 3: a name"},
	{"a mapping for a metric", one("{metrics: {a: b}, min: 1}"), "line 3: a name"},
	{"no limit", one("metrics: a"), "no limit"},
	{"both kinds of limit", one("{metrics: a, min: 1, worse_than: 3}"), "make two rules"},
	{"a floor above the ceiling", one("{metrics: a, min: 2, max: 1}"), "above max"},
	{"a word for a limit", one("{metrics: a, min: high}"), `line 3: "high": a number, or a duration`},
	{"an infinite limit", one("{metrics: a, min: .inf}"), "a number, or a duration"},
	{"no number for a limit", one("{metrics: a, max: NaN}"), "a number, or a duration"},
	{"a list for a limit", one("{metrics: a, max: [1]}"), "a number, or a duration"},
	{"a negative share", one("{metrics: a, worse_than: -3}"), "percent, such as 3"},
	{"a time for a share", one("{metrics: a, worse_than: 3s}"), "percent, such as 3"},
	{"a level of one", one("{metrics: a, worse_than: 3, alpha: 1}"), "at most 0.5"},
	{"a level of nothing", one("{metrics: a, worse_than: 3, alpha: 0}"), "above 0"},
	{"a level of a floor", one("{metrics: a, min: 3, alpha: 0.01}"), "belong to worse_than"},
	{"a resolution of a ceiling", one("{metrics: a, max: 3, resolve: 1}"), "belong to worse_than"},
	{"a word for optional", one("{metrics: a, max: 3, optional: perhaps}"), "line 3: cannot unmarshal"},
}

func TestAConfigThatSaysNothingIsRefused(t *testing.T) {
	for _, tt := range append(bad, []struct{ name, text, want string }{
		{"a pattern under a floor", one("{metrics: 'eff-*', min: 3}"), "by name"},
		{"a time and a number", one("{metrics: a, min: 1, max: 3s}"), "one is a time"},
	}...) {
		t.Run(tt.name, func(t *testing.T) {
			_, err := gate.Parse([]byte(tt.text), "g.yaml")
			require.ErrorContains(t, err, tt.want)
			assert.Contains(t, err.Error(), "g.yaml")
			assert.NotContains(t, err.Error(), "\n")
		})
	}
}

// good are configs that are taken.
var good = []string{
	one("{metrics: a, min: 1}"), one("{metrics: [a, b], max: 95 %, name: x}"), one("{metrics: a, min: -1.5, max: 1e3}"),
	one("{metrics: a, max: 500ms}"), one("{metrics: a, max: 1m30s, suite: multi, runtime: go, model: 'q*', scenario: [s, t], cells: '*'}"),
	one("{metrics: '*', worse_than: 3}"), one("{metrics: '*', worse_than: 2.5 %, alpha: 0.01, resolve: 10, optional: true}"),
	one("{metrics: a, max: 0}"), one("{metrics: a, max: 0s}"),
}

func TestAConfigThatIsTakenSaysWhatItWasGiven(t *testing.T) {
	for _, text := range good {
		_, err := gate.Parse([]byte(text), "g.yaml")
		assert.NoError(t, err, text)
	}
	c, err := gate.Parse([]byte(one("{metrics: a, min: 95 %}\n  - {metrics: b, max: 1m30s}")), "g.yaml")
	require.NoError(t, err)
	assert.Equal(t, &gate.Limit{Amount: 95, Percent: true, Text: "95 %"}, c.Rules[0].Min)
	assert.Equal(t, &gate.Limit{Amount: 90e9, Duration: true, Text: "1m30s"}, c.Rules[1].Max)
	c, err = gate.Parse([]byte(one("{metrics: a, worse_than: 2.50 %}")), "g.yaml")
	require.NoError(t, err)
	assert.InDelta(t, 0.025, c.Rules[0].WorseThan.Share, 1e-12)
	assert.Equal(t, "2.5 %", c.Rules[0].WorseThan.Text)
}

func TestSeveralWrongRulesAreAllTold(t *testing.T) {
	_, err := gate.Parse([]byte("version: 1\nrules:\n  - {metrics: a}\n  - {min: 1}\n"), "g.yaml")
	assert.ErrorContains(t, err, "g.yaml:3: ")
	assert.ErrorContains(t, err, "g.yaml:4: ")
}

// TestTheSchemaTakesWhatTheReaderTakes holds the schema to Parse, both ways.
func TestTheSchemaTakesWhatTheReaderTakes(t *testing.T) {
	s := schema(t)
	for _, text := range good {
		assert.NoError(t, s.Validate(asJSON(t, text)), text)
	}
	for _, tt := range bad {
		switch tt.name {
		case "two documents", "a key twice", "a floor above the ceiling": // no schema can say so
			continue
		}
		assert.Error(t, s.Validate(asJSON(t, tt.text)), "%s:\n%s", tt.name, tt.text)
	}
}

// TestTheExampleAndTheShippedGateAreRight parses both and validates them.
func TestTheExampleAndTheShippedGateAreRight(t *testing.T) {
	root, err := golden.Root()
	require.NoError(t, err)
	example, err := os.ReadFile(filepath.Join(root, "docs", "gates.example.yaml"))
	require.NoError(t, err)
	for name, text := range map[string][]byte{"docs/gates.example.yaml": example, gate.DefaultName: gate.DefaultYAML} {
		c, err := gate.Parse(text, name)
		require.NoError(t, err, name)
		assert.NoError(t, schema(t).Validate(asJSON(t, string(text))), name)
		for _, r := range c.Rules {
			assert.NotEmpty(t, r.Name, "%s: every rule has a name that reads as a sentence", name)
		}
	}
	for _, key := range []string{"min:", "max:", "worse_than:", "alpha:", "resolve:", "suite:", "scenario:", "cells:", "failure_rate", "ttft_p"} {
		assert.Contains(t, string(example), key, "the example shows every kind of rule")
	}
	assert.True(t, strings.HasPrefix(string(example), "# yaml-language-server: $schema=../harness/compare/gate/schema.json\n"))
}

func schema(t *testing.T) *jsonschema.Resolved {
	t.Helper()
	var s jsonschema.Schema
	require.NoError(t, json.Unmarshal(gate.SchemaJSON, &s))
	resolved, err := s.Resolve(nil)
	require.NoError(t, err)
	return resolved
}

// asJSON is a YAML document as a validator sees it; numbers that JSON has not are
// texts.
func asJSON(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := yaml.Unmarshal([]byte(text), &v); err != nil {
		return nil
	}
	data, err := json.Marshal(v)
	if err != nil {
		return "not JSON"
	}
	var out any
	require.NoError(t, json.Unmarshal(data, &out))
	return out
}

// FuzzParse: no text makes the reader panic, and what it takes has rules with a
// limit.
func FuzzParse(f *testing.F) {
	for _, tt := range bad {
		f.Add(tt.text)
	}
	for _, text := range good {
		f.Add(text)
	}
	f.Add(string(gate.DefaultYAML))
	f.Fuzz(func(t *testing.T, text string) {
		c, err := gate.Parse([]byte(text), "f.yaml")
		if err != nil {
			return
		}
		require.NotEmpty(t, c.Rules)
		for _, r := range c.Rules {
			require.True(t, r.Min != nil || r.Max != nil || r.WorseThan != nil)
			require.NotEmpty(t, r.Metrics)
		}
	})
}
