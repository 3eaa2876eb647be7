package harness

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
)

func TestAModelOutsideVRAMIsRefusedWithTheNumbers(t *testing.T) {
	all, part, none := int64(100), int64(40), int64(0)
	for name, test := range map[string]struct {
		vram   *int64
		layers int // asked for, of 29
		want   string
	}{
		"wholly there":                       {&all, 80, ""},
		"a part of it":                       {&part, 80, "m is not wholly on the GPU: 80 layers of the model's 29 asked for, 40 of 100 bytes in VRAM"},
		"a part, and every layer asked for":  {&part, 29, "29 layers of the model's 29 asked for"},
		"a part, as the cell asks":           {&part, 20, ""},
		"nothing, where a part is asked for": {&none, 20, "0 of 100 bytes"},
		"no layer asked for":                 {&none, 0, "0 of 100 bytes"},
		"unknown is not fine":                {nil, 80, "does not say"},
	} {
		t.Run(name, func(t *testing.T) {
			err := onGPU(record.Model{Name: "m", Layers: 29, SizeB: &all, VRAMB: test.vram}, test.layers)
			if test.want == "" {
				assert.NoError(t, err)
				return
			}
			assert.ErrorContains(t, err, test.want)
		})
	}
	assert.ErrorIs(t, onGPU(record.Model{SizeB: &all, VRAMB: &part}, 20), errNotOnGPU, "how many it has is not known")
}

func TestThreadsAreSharedOutOnlyWhereThereIsNoGPU(t *testing.T) {
	none, some := int64(0), int64(1)
	x := &Session{}
	assert.Positive(t, x.threadsFor(record.Server{Model: &record.Model{VRAMB: &none}}))
	assert.Zero(t, x.threadsFor(record.Server{Model: &record.Model{VRAMB: &some}}))
	assert.Zero(t, x.threadsFor(record.Server{Model: &record.Model{}}), "unknown: the server's choice")
	cpu := record.Server{ID: backend.Both, Model: &record.Model{VRAMB: &none}}
	assert.Equal(t, max(1, runtime.NumCPU()-1), x.threadsFor(cpu), "who serves both agents has all cores but one")
	cpu.Container = &record.Container{CPUs: 1.5}
	assert.Equal(t, 1, x.threadsFor(cpu), "and no more than its container may use")
	x.settings.Threads = 3
	assert.Equal(t, 3, x.threadsFor(record.Server{Model: &record.Model{VRAMB: &none}}))
}

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
			results.File{Servers: []record.Server{{Version: "0.17.3"}}}, one, nil, "Ollama 0.17.3, now 0.17.4",
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
	assert.Equal(t, "the baseline asks for a context of 4096 tokens, the server runs with 2048", w[0].Message)
}
