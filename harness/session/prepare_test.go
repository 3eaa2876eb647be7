package session

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
)

func TestWhatMustNotBeMixedIsRefused(t *testing.T) {
	one := []record.Server{{ID: "collector", Version: "0.17.4"}}
	for name, test := range map[string]struct {
		before  results.File
		servers []record.Server
		models  []record.Model
		want    string
	}{
		"other weights on the other server": {
			results.File{}, one, []record.Model{{Name: "m", Digest: "aaa"}, {Name: "m", Digest: "bbb"}}, "differs between the servers",
		},
		"other weights than before": {
			results.File{Models: []record.Model{{Name: "m", Digest: "aaa"}}}, one, []record.Model{{Name: "m", Digest: "bbb"}}, "another m",
		},
		"another version than before": {
			results.File{Servers: []record.Server{{Version: "0.17.3"}}}, one, nil, "version 0.17.3 of the servers, now 0.17.4",
		},
	} {
		t.Run(name, func(t *testing.T) {
			test.before.Suites = map[string][]string{}
			x := &Session{folder: &results.Folder{File: test.before}}
			assert.ErrorContains(t, x.identify(test.servers, test.models), test.want)
		})
	}
}

func TestABaselineThatIsNotInEffectIsAWarning(t *testing.T) {
	in, out := 4096, 2048
	a := record.Agent{ID: "collector", Options: record.Options{NumCtx: 4096}}
	assert.Empty(t, baselineInEffect(record.Server{Model: &record.Model{Context: &in}}, a))
	w := baselineInEffect(record.Server{Model: &record.Model{Context: &out}}, a)
	require.Len(t, w, 1)
	assert.Equal(t, "the baseline asks for a context of 4096 tokens, the server runs with 2048", w[0].Evidence)
}

func TestASettingOfThreadsIsSentToEveryServer(t *testing.T) {
	none := int64(0)
	s := &Session{backend: placed{}}
	assert.Zero(t, s.threadsFor(record.Server{Model: &record.Model{VRAMB: &none}}), "a back end that shares nothing out")
	s.config.Settings.Threads = 3
	assert.Equal(t, 3, s.threadsFor(record.Server{Model: &record.Model{VRAMB: &none}}))
}
