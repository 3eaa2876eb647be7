package commands

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestABadSettingIsOneLineThatSaysWhatIsAllowed(t *testing.T) {
	for _, test := range []struct {
		name string
		args []string
		want []string
	}{
		{"an unknown runtime", []string{"-duet.runtimes=cobol"}, []string{"-duet.runtimes=cobol", `"cobol"`, "allowed: go"}},
		{"no runtime", []string{"-duet.runtimes="}, []string{"runtimes", "allowed: go"}},
		{"a runtime twice", []string{"-duet.runtimes=go,go"}, []string{"given twice"}},
		{"an unknown scenario", []string{"-duet.scenarios=chimera-trio"}, []string{`"chimera-trio"`, "baseline-vs-chimera, chimera-homo, chimera-hetero"}},
		{"an empty scenario between two", []string{"-duet.scenarios=chimera-homo,,chimera-hetero"}, []string{`unknown ""`, "allowed"}},
		{"zero rounds", []string{"-duet.rounds=0"}, []string{"-duet.rounds=0", "from 1 to 1000"}},
		{"rounds in words", []string{"-duet.rounds=six"}, []string{"-duet.rounds=six", "whole number"}},
		{"a negative budget", []string{"-duet.budget=-1"}, []string{"-duet.budget=-1", "from 1 to 100000"}},
		{"a budget that is no int64", []string{"-duet.budget=99999999999999999999"}, []string{"from 1 to 100000"}},
		{"a context of nothing", []string{"-duet.ctx=0"}, []string{"from 128"}},
		{"an empty model name", []string{"-duet.models=qwen2.5:7b,"}, []string{"empty name", "allowed: study, tiny"}},
		{"no model", []string{"-duet.models="}, []string{"none given", "allowed: study, tiny"}},
		{"a model with a control character", []string{"-duet.models=a\x1b[31m"}, []string{"control character"}},
		{"a model name over two lines", []string{"-duet.models=a\nb"}, []string{"control character"}},
		{"a model with an endless name", []string{"-duet.models=" + strings.Repeat("x", 301)}, []string{"at most 300"}},
		{"containers without a tag", []string{"-duet.servers=container"}, []string{"TAGS=ollama", "-tags ollama"}},
		{"limits without a tag", []string{"-duet.servers=auto", "-duet.cpus=1"}, []string{"TAGS=ollama"}},
		{"limits of a process", []string{"-duet.servers=process", "-duet.memory=6g"}, []string{"-duet.memory: only containers have that"}},
		{"a topology that is simulated", []string{"-duet.topology=two,one"}, []string{"only real servers have that", "TAGS=ollama"}},
		{"servers that are two and one", []string{"-duet.servers=reuse", "-duet.topology=two,one"}, []string{"one or the other", "-duet.servers=process"}},
		{"unknown servers", []string{"-duet.servers=cloud"}, []string{"auto, sim, reuse, process, container"}},
		{"an endpoint of another protocol", []string{"-duet.servers=reuse", "-duet.endpoints=ftp://127.0.0.1:1,127.0.0.1:2"}, []string{"scheme ftp is not supported"}},
		{"an endpoint with a path", []string{"-duet.servers=reuse", "-duet.endpoints=http://127.0.0.1:1/v1,127.0.0.1:2"}, []string{"a path (/v1) is not supported"}},
		{"endpoints of a simulator", []string{"-duet.servers=sim", "-duet.endpoints=127.0.0.1:1,127.0.0.1:2"}, []string{"the simulator chooses its own"}},
		{"a timeout without a unit", []string{"-duet.timeout=90"}, []string{"such as 90s"}},
		{"a timeout of nothing", []string{"-duet.timeout=0s"}, []string{"from 1ms"}},
		{"a timescale that runs backwards", []string{"-duet.timescale=-1"}, []string{"0 or a number"}},
		{"a timescale that is no number", []string{"-duet.timescale=NaN"}, []string{"0 or a number"}},
		{"a session above the results", []string{"-duet.session=../x"}, []string{"session must be letters"}},
		{"a negative seed", []string{"-duet.seed=-1"}, []string{"from 0 to 2^63-1"}},
		{"a filter that selects nothing", []string{"-test.bench=Multi/model=mistral"}, []string{"selects no cell", "names look like BenchmarkMulti/model="}},
		{"a filter for another suite", []string{"-test.bench=BenchmarkSingle"}, []string{"selects no cell"}},
		{"everything skipped", []string{"-test.skip=Multi"}, []string{"-skip=Multi", "selects no cell"}},
		{"a filter that is no expression", []string{"-test.bench=Multi/("}, []string{"-bench=Multi/(", "missing closing"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			results := filepath.Join(t.TempDir(), "results")
			o := run(t, append(small(results), test.args...)...)
			o.require(t, 2)
			require.True(t, strings.HasPrefix(o.stderr, "duet: "), o.stderr)
			assert.Equal(t, 1, strings.Count(o.stderr, "\n"), "one line: %s", o.stderr)
			for _, w := range test.want {
				assert.Contains(t, o.stderr, w)
			}
			assert.NotContains(t, o.stderr, "\x1b", "nothing for a terminal to obey")
			assert.Empty(t, o.stdout, "nothing was measured")
			absent(t, results)
		})
	}
}

func TestFewerServersThanAgentsNeedAreRefused(t *testing.T) {
	t.Parallel()
	results := filepath.Join(t.TempDir(), "results")
	o := run(t, append(small(results), "-duet.servers=reuse", "-duet.endpoints=http://127.0.0.1:1")...)
	o.require(t, 1)
	assert.Contains(t, o.stderr, "endpoints: 1 URLs given, and there are to be 2 servers")
}

func TestAVariableIsNamedWhenItIsTheOneThatIsWrong(t *testing.T) {
	t.Parallel()
	results := filepath.Join(t.TempDir(), "results")
	cmd := command(t, "-test.bench=.", "-duet.results="+results)
	cmd.Env = append(cmd.Env, "DUET_ROUNDS=0")
	o := finish(t, cmd)
	o.require(t, 2)
	assert.Contains(t, o.stderr, "DUET_ROUNDS=0: ")
	absent(t, results)
}

func TestAResultsFolderThatCannotBeWrittenIsFoundFirst(t *testing.T) {
	t.Parallel()
	for name, below := range map[string]string{"a file in its place": "", "a file above it": "deeper/down"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "results")
			require.NoError(t, os.WriteFile(file, []byte("mine"), 0o644))
			o := run(t, small(filepath.Join(file, below))...)
			o.require(t, 1)
			assert.Contains(t, o.stderr, "duet: results folder: ")
			assert.Contains(t, o.stderr, file)
			assert.Equal(t, 1, strings.Count(o.stderr, "\n"), o.stderr)
			assert.Empty(t, o.stdout, "before anything was measured")
			kept, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.Equal(t, "mine", string(kept))
		})
	}
}

func TestServersThatAreNotThereAreFoundFirst(t *testing.T) {
	t.Parallel()
	o := run(t, small(t.TempDir(), "-duet.servers=reuse", "-duet.endpoints=127.0.0.1:1,127.0.0.1:2")...)
	o.require(t, 1)
	assert.Contains(t, o.stderr, "127.0.0.1:1")
	assert.NotContains(t, o.stdout, "Benchmark")
}

func TestWithoutBenchOnlyTheTestsRun(t *testing.T) {
	t.Parallel()
	results := filepath.Join(t.TempDir(), "results")
	o := run(t, "-duet.results="+results, "-duet.budget=16")
	o.require(t, 0)
	assert.Equal(t, "PASS\n", o.stdout)
	absent(t, results)
}
