package ollama

import (
	"errors"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/chimeraforge/duet/harness/record"
)

func TestWordsOfFailuresAreUnderstood(t *testing.T) {
	for text, want := range map[string]string{
		"POST http://x/api/generate: 500: " + "model requires more system memory (9.8 GiB) than is available (7.1 GiB)": record.OutOfMemory,
		"500: " + "llama runner process has terminated: cudaMalloc failed: out of memory":                               record.OutOfMemory,
		"500: memory layout cannot be allocated with num_gpu = 80":                                                      record.OutOfMemory,
		"500: llama runner process has terminated: CUDA error: out of memory":                                           record.OutOfMemory,
		"500: llama runner process has terminated: exit status 2":                                                       record.LoadFailed,
		"500: unable to load model: /models/blobs/sha256-1":                                                             record.LoadFailed,
		"500: llama runner process has terminated: error loading model: unknown architecture":                           record.LoadFailed,
		"connection refused":       "",
		"404: model 'x' not found": "",
	} {
		assert.Equal(t, want, Servers{}.Diagnose(errors.New(text)), text)
	}
	assert.Equal(t, record.NotOnGPU, Servers{}.Diagnose(onGPU(record.Model{SizeB: new(int64(2)), VRAMB: new(int64(1))}, 80)))
}

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
	var c Cores
	assert.Positive(t, c.Threads(record.Server{Model: &record.Model{VRAMB: &none}}, 2))
	assert.Zero(t, c.Threads(record.Server{Model: &record.Model{VRAMB: &some}}, 2))
	assert.Zero(t, c.Threads(record.Server{Model: &record.Model{}}, 2), "unknown: the server's choice")
	cpu := record.Server{Model: &record.Model{VRAMB: &none}}
	assert.Equal(t, max(1, runtime.NumCPU()-1), c.Threads(cpu, 1), "who serves all agents has all cores but one")
	cpu.Container = &record.Container{CPUs: 1.5}
	assert.Equal(t, 1, c.Threads(cpu, 1), "and no more than its container may use")
}
