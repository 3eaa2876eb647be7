package record_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/record"
)

// What the simulated sessions of the first edition do not have: one server for
// both agents, machines compared, a flag, a failure.
func TestARunOfTheFirstLayoutIsBroughtToThisOne(t *testing.T) {
	text, err := record.Upgrade([]byte(`{"schema":"duet.run/1","suite":"multi","status":"failed","error":"x","origin_ns":9007199254740993,
		"cell":{"id":"i","model":"m:7b","runtime":"go","scenario":"chimera-homo","gpu":80,"ctx":512,"temp":1,"machine":"m1"},
		"backend":{"kind":"process","topology":"one","machine":"m1"},
		"servers":[{"id":"both","url":"u","parallel":2}],"agents":[{"id":"collector","label":"baseline"}],
		"passes":[{"kind":"tuned"}],
		"derived":{"speedup_measured":0.9,"contention_measured":true,"agents":[{"agent":"collector","pass":"solo","rate":7.5,"cold":1}]}}`))
	require.NoError(t, err)
	var r record.Run
	require.NoError(t, json.Unmarshal(text, &r))
	assert.Equal(t, record.NewCell("i", "model", "m:7b", "runtime", "go", "scenario", "chimera-homo", "topology", "one",
		"machine", "m1", "gpu", "80", "ctx", "512", "temp", "1.0"), r.Cell)
	assert.Equal(t, "process, one server, on m1", r.Label())
	assert.EqualValues(t, 9007199254740993, r.OriginNS, "numbers are as they stand in the text")
	assert.Equal(t, record.Server{ID: "both", URL: "u", SlotsAsked: 2, Protocol: "ollama", TokensSource: "server"}, r.Servers[0])
	assert.Equal(t, "collector", r.Agents[0].ID)
	assert.Equal(t, "chimera", r.Passes[0].Variant)
	assert.Equal(t, 0.9, *r.Derived.Get("speedup_measured"))
	assert.True(t, *r.Derived.Flag("contention_measured"))
	assert.Equal(t, 7.5, *r.Derived.Agents[0].Get("rate"))
	assert.Equal(t, 1, r.Derived.Agents[0].Cold())
	assert.False(t, r.OK())
}
