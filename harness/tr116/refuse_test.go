package tr116_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/chimeraforge/duet/harness/tr116"
)

// refusals are what can be wrong in a file: one place of a sample changed, and
// what is said of it.
var refusals = map[string]struct {
	file      sample
	old, new  string
	complaint string
}{
	"a string for a number":    {pythonMulti, `"ttft_ms": 40.0`, `"ttft_ms": "40"`, "line 12, column 18: expected a number of milliseconds in collector.metrics.ttft_ms, found a string"},
	"no wall time":             {pythonMulti, `"concurrent_wall_time_ms": 3200.0,`, ``, "line 1, column 1: expected a positive number of milliseconds in concurrent_wall_time_ms, found nothing"},
	"a wall time of nothing":   {pythonMulti, `"concurrent_wall_time_ms": 3200.0`, `"concurrent_wall_time_ms": 0`, "expected a positive number of milliseconds between 1e-06 and 1e+10 in concurrent_wall_time_ms, found 0"},
	"a null wall time":         {pythonMulti, `"wall_clock_ms": 2100.0`, `"wall_clock_ms": null`, "expected a positive number of milliseconds in collector.metrics.wall_clock_ms, found null"},
	"a negative time":          {pythonMulti, `"ttft_ms": 60.0`, `"ttft_ms": -60.0`, "between 0 and 1e+10 in insight.metrics.ttft_ms, found -60.0"},
	"a number beyond any":      {pythonMulti, `"throughput_tokens_per_sec": 50.0`, `"throughput_tokens_per_sec": 1e999`, "in collector.metrics.throughput_tokens_per_sec, found 1e999"},
	"Python's NaN":             {pythonMulti, `"throughput_tokens_per_sec": 50.0`, `"throughput_tokens_per_sec": NaN`, "line 11, column 36: in collector.metrics.throughput_tokens_per_sec: invalid character 'N'"},
	"half a token":             {pythonMulti, `"tokens_generated": 100`, `"tokens_generated": 100.5`, "expected a number of tokens, a whole one in collector.metrics.tokens_generated, found 100.5"},
	"no tokens":                {pythonMulti, `"tokens_generated": 100,`, ``, "line 9, column 16: expected a number of tokens in collector.metrics.tokens_generated, found nothing"},
	"no insight":               {pythonMulti, `"insight": {`, `"other": {`, "expected an object in insight, found nothing"},
	"an insight that is none":  {rustMulti, `"stage": "report"}`, `"stage": "report"}, 7`, "expected an object in collector.result.llm_calls[2], found a number"},
	"no run number":            {pythonMulti, `"run_number": 2,`, ``, "expected the number of a run, from 1 in run_number, found nothing"},
	"run zero":                 {pythonMulti, `"run_number": 2`, `"run_number": 0`, "found 0"},
	"another run's number":     {pythonMulti, `"run_number": 2`, `"run_number": 3`, "line 2, column 17: expected 2, as the folder run_2 says, in run_number, found 3"},
	"another scenario":         {pythonMulti, `chimera_homo`, `baseline_vs_chimera`, "expected the scenario chimera-homo, as the folder chimera-homo_gpu80_ctx512_temp10 says, in scenario, found baseline_vs_chimera"},
	"no scenario":              {pythonMulti, `"scenario": "chimera_homo",`, ``, "expected a scenario in scenario, found nothing"},
	"an agent beyond the pair": {pythonMulti, `"wall_clock_ms": 3100.0`, `"wall_clock_ms": 3300.0`, "expected no longer than the pair's wall time in insight.metrics.wall_clock_ms, found 3300.0"},
	"a total below its part":   {pythonMulti, `"total_duration_ms": 2040.0`, `"total_duration_ms": 20.0`, "expected a total no less than its time to first token in collector.metrics.total_duration_ms, found 20.0"},
	"a value said twice":       {pythonMulti, `"throughput_delta": 16.5`, `"throughput_delta": 16.5, "throughput_delta": 17`, "expected one value in throughput_delta, found a second one"},
	"options that are a list":  {pythonMulti, `"options": {}`, `"options": []`, "expected an object in insight.options, found a list"},
	"layers below all":         {pythonMulti, `"num_gpu": 80`, `"num_gpu": -2`, "expected a number of layers between -1 and 100000 in collector.options.num_gpu, found -2"},

	"no calls":              {rustMulti, `{"metrics": {"eval_duration_ms": 7000.0, "load_duration_ms": 20.0, "prompt_eval_duration_ms": 300.0, "throughput_tokens_per_sec": 70.0, "tokens_generated": 490, "total_duration_ms": 7330.0, "ttft_ms": 330.0}, "stage": "analysis"}`, ``, "expected at least one of the calls in insight.result.llm_calls, found none"},
	"a call without tokens": {rustMulti, `"tokens_generated": 300, `, ``, "expected a number of tokens in collector.result.llm_calls[1].metrics.tokens_generated, found nothing"},
	"no agent's time":       {rustMulti, `"execution_time_s": 8.0,`, ``, "expected a positive number of seconds in insight.execution_time_s, found nothing"},
	"a time of no calendar": {rustMulti, `2025-11-26T23:44:19.172733700Z`, `yesterday`, "expected a time such as 2025-11-26T23:44:19Z in collector.result.timestamp, found yesterday"},
	"a flag that is a word": {rustMulti, `"resource_contention_detected": false`, `"resource_contention_detected": "no"`, "expected true or false in summary.resource_contention_detected, found a string"},

	"no tokens in a pass":   {pythonSingle, `"total_tokens_generated": 950`, ``, "expected a number of tokens in [1].chimera_results.metrics.aggregate_metrics.total_tokens_generated, found nothing"},
	"a run number twice":    {pythonSingle, `"run_number": 3`, `"run_number": 1`, "expected the number of another run in [1].run_number, found 1 a second time"},
	"a run that is none":    {pythonSingle, "950}}\n    }\n  }", "950}}\n    }\n  }, 7", "expected an object in [2], found a number"},
	"no requests":           {pythonSingle, `"request_count": 2, "total_tokens_generated": 1100`, `"request_count": 0, "total_tokens_generated": 1100`, "expected a number of requests, from 1 between 1 and 1e+06 in [0].chimera_results.metrics.aggregate_metrics.request_count, found 0"},
	"a pass without a run":  {rustSingle, `"ttft_ms": 85.0}, "run_number": 2}`, `"ttft_ms": 85.0}, "run_number": 3}`, "expected calls of run 3, as in chimera.llm_calls, in baseline.llm_calls, found none (and 1 more)"},
	"no chimera":            {rustSingle, `"chimera": {`, `"other": {`, "expected an object in chimera, found nothing"},
	"another model":         {rustSingle, `"model": "llama3.1:8b-instruct-q4_0"` + "\n", `"model": "gemma3:latest"` + "\n", "expected the model llama3.1:8b-instruct-q4_0, as the folder llama3p1_8b_q4_0 says, in chimera.model, found gemma3:latest"},
	"a model that is none":  {rustSingle, `"model": "llama3.1:8b-instruct-q4_0"` + "\n", `"model": 7` + "\n", "expected a string in chimera.model, found a number"},
	"a stray comma":         {rustSingle, `"delta": {`, `"delta": {,`, "in delta: invalid character ','"},
	"something after a run": {rustMulti, "-80.0\n  }\n}", "-80.0\n  }\n} x", "invalid character 'x' after top-level value"},
}

func TestAWrongFileIsRefusedWithThePlaceAndWhatWasExpected(t *testing.T) {
	for name, tt := range refusals {
		runs, err := tr116.Decode(tt.file.path, tt.file.with(t, tt.old, tt.new))
		assert.ErrorContains(t, err, tt.complaint, name)
		assert.Empty(t, runs, name)
	}
}

func TestACutFileIsRefusedWithTheValueThatItBreaksOffIn(t *testing.T) {
	text := pythonMulti.read(t)
	at := strings.Index(text, `"insight"`) + len(`"insight": {`)
	_, err := tr116.Decode(pythonMulti.path, []byte(text[:at]))
	assert.EqualError(t, err, "line 17, column 15: in insight: expected more, found the end of the file; it is cut off")
	for cut := range len(text) - 2 {
		runs, err := tr116.Decode(pythonMulti.path, []byte(text[:cut]))
		assert.ErrorContains(t, err, "line ", "cut after %d bytes", cut)
		assert.Empty(t, runs)
	}
	_, err = tr116.Decode(pythonMulti.path, nil)
	assert.EqualError(t, err, "line 1, column 1: expected a run, found an empty file")
}

func TestAFileOfNoLayoutIsRefusedWithTheLayouts(t *testing.T) {
	for _, data := range []string{`{}`, `7`, `{"summary": {}}`, `"collector"`, `null`} {
		_, err := tr116.Decode(pythonMulti.path, []byte(data))
		assert.ErrorIs(t, err, tr116.ErrLayout, data)
	}
	_, err := tr116.Decode(pythonSingle.path, []byte(`[]`))
	assert.ErrorContains(t, err, "expected at least one of the runs, found none")
}

func TestAPlaceThatSaysNothingOrTheWrongThingIsRefused(t *testing.T) {
	for path, want := range map[string]string{
		"metrics.json":                                                     "no folder names a configuration; expected …/multi/<runtime>",
		"x/y/gpu60_ctx512_temp08/data/m":                                   "no folder above gpu60_ctx512_temp08 names a suite",
		"multi/python/m/gpu1_ctx1_temp10/m":                                "gpu1_ctx1_temp10 does not belong below multi",
		"single/rust/m/a_gpu1_ctx1_temp10/m":                               "a_gpu1_ctx1_temp10 does not belong below single",
		"multi/../m/a_gpu1_ctx1_temp10/m":                                  "is no place",
		strings.Replace(pythonMulti.path, "multi/python", "multi/rust", 1): "expected a file of multi/rust, as its folders say, found one of multi/python",
		strings.Replace(pythonMulti.path, "gemma3_latest/gemma3_latest", "gemma3_latest/qwen2.5_7b", 1): "the folder gemma3_latest is for the model gemma3:latest and holds one for qwen2.5:7b",
		strings.Replace(pythonMulti.path, "run_2", "run_99999999", 1):                                   "",
		pythonSingle.path: "expected a file of single/python, as its folders say, found one of multi/python",
	} {
		_, err := tr116.Decode(path, []byte(pythonMulti.read(t)))
		if want == "" {
			assert.NoError(t, err, path)
			continue
		}
		assert.ErrorContains(t, err, want, path)
	}
}

func TestAFileIsClaimedByItsContentsAndElseByItsFolders(t *testing.T) {
	for name, tt := range map[string]struct {
		path, data string
		want       bool
	}{
		"duet's in a folder like the study's": {rustMulti.path, `{"schema": "duet.run/2", "cell"`, false},
		"the study's anywhere":                {"metrics.json", rustMulti.read(t), true},
		"the study's, cut off":                {"x/metrics.json", `{"run_number": 2, "scenario": "chimera_homo", "coll`, true},
		"nothing, in the study's folder":      {rustMulti.path, ``, true},
		"nothing, in a folder of Go's":        {"multi/go/m/a_gpu1_ctx1_temp10/run_1/metrics.json", ``, false},
		"nothing, anywhere":                   {"metrics.json", `{`, false},
	} {
		assert.Equal(t, tt.want, tr116.Claims(tt.path, []byte(tt.data)), name)
	}
}
