package record

// Derived holds the quantities of docs/definitions.md for one run, computed by
// package metric from the raw calls and stored for readers that do not want to
// compute, by the names of metric's table. What is absent is not there. Times are
// nanoseconds, rates tokens per second, efficiencies percent, yes is 1 and no is 0.
type Derived struct {
	Values Values         `json:"values,omitempty"`
	Agents []AgentDerived `json:"agents,omitempty"`
	Energy []PassEnergy   `json:"energy,omitempty"` // where the run has telemetry
}

// AgentDerived is one agent in one pass.
type AgentDerived struct {
	Agent  string `json:"agent"`
	Pass   string `json:"pass"` // Pass.Kind
	Values Values `json:"values,omitempty"`
}

// Values are quantities by the names of the metrics.
type Values map[string]float64

// Get is a quantity, nil where it is absent.
func (v Values) Get(name string) *float64 {
	x, ok := v[name]
	if !ok {
		return nil
	}
	return &x
}

// Whole is a quantity that is counted in whole numbers.
func (v Values) Whole(name string) *int64 {
	x, ok := v[name]
	if !ok {
		return nil
	}
	n := int64(x)
	return &n
}

// Flag is a quantity that is yes or no.
func (v Values) Flag(name string) *bool {
	x, ok := v[name]
	if !ok {
		return nil
	}
	return new(x != 0)
}

// Set, SetWhole and SetFlag keep a quantity; nil is absent.
func (v *Values) Set(name string, x *float64) {
	if x == nil {
		return
	}
	if *v == nil {
		*v = Values{}
	}
	(*v)[name] = *x
}

func (v *Values) SetWhole(name string, n *int64) {
	if n != nil {
		v.Set(name, new(float64(*n)))
	}
}

func (v *Values) SetFlag(name string, yes *bool) {
	switch {
	case yes == nil:
	case *yes:
		v.Set(name, new(1.0))
	default:
		v.Set(name, new(0.0))
	}
}

// The same of a run's and of an agent's quantities.
func (d Derived) Get(name string) *float64             { return d.Values.Get(name) }
func (d Derived) Whole(name string) *int64             { return d.Values.Whole(name) }
func (d Derived) Flag(name string) *bool               { return d.Values.Flag(name) }
func (d *Derived) Set(name string, x *float64)         { d.Values.Set(name, x) }
func (d *Derived) SetWhole(name string, n *int64)      { d.Values.SetWhole(name, n) }
func (d *Derived) SetFlag(name string, yes *bool)      { d.Values.SetFlag(name, yes) }
func (a AgentDerived) Get(name string) *float64        { return a.Values.Get(name) }
func (a AgentDerived) Whole(name string) *int64        { return a.Values.Whole(name) }
func (a *AgentDerived) Set(name string, x *float64)    { a.Values.Set(name, x) }
func (a *AgentDerived) SetWhole(name string, n *int64) { a.Values.SetWhole(name, n) }

// Cold is how many calls were above the cold threshold.
func (a AgentDerived) Cold() int { return int(a.Values["cold"]) }

// Summary repeats the run under the study's own field names, so that scripts
// written for TR116 read our files. Speedup and efficiency here are the
// client-side definition the study's Rust runs used (speedup_client); the
// headline of duet is Derived.SpeedupMeasured. Signs are insight − collector.
type Summary struct {
	RunNumber                  int      `json:"run_number"`
	Scenario                   string   `json:"scenario"`
	ConcurrencySpeedup         *float64 `json:"concurrency_speedup"`
	EfficiencyPercent          *float64 `json:"efficiency_percent"`
	Definition                 string   `json:"definition"` // which formula the two above use
	CollectorThroughput        *float64 `json:"collector_throughput"`
	InsightThroughput          *float64 `json:"insight_throughput"`
	ThroughputDelta            *float64 `json:"throughput_delta"`
	CollectorTTFTMS            *float64 `json:"collector_ttft_ms"`
	InsightTTFTMS              *float64 `json:"insight_ttft_ms"`
	TTFTDeltaMS                *float64 `json:"ttft_delta_ms"`
	ConcurrentWallTimeS        *float64 `json:"concurrent_wall_time_s"`
	SequentialEstimatedS       *float64 `json:"sequential_estimated_s"`
	ResourceContentionDetected *bool    `json:"resource_contention_detected"`
}

// Layouts of the files that Imported can come from: the study's own.
const (
	LayoutPythonMulti  = "tr116-python-multi"
	LayoutRustMulti    = "tr116-rust-multi"
	LayoutPythonSingle = "tr116-python-single"
	LayoutRustSingle   = "tr116-rust-single"
)

// Imported is what another tool's results file says of a run. Such a run has
// no passes: nothing of it was stamped by duet, so its quantities are those the
// file contains, under the definitions of the tool that wrote it. What the file
// does not contain is absent.
type Imported struct {
	Study     string          `json:"study"`             // tr116
	Layout    string          `json:"layout"`            // one of the Layout constants
	File      string          `json:"file"`              // below the imported folder, with slashes
	WallNS    *float64        `json:"wall_ns,omitempty"` // multi: the pair's wall clock time
	Agents    []ImportedAgent `json:"agents"`
	Published *Published      `json:"published,omitempty"` // the results that the file itself states
}

// ImportedAgent is one agent in one pass of an imported run.
type ImportedAgent struct {
	Agent    string          `json:"agent"`              // collector, insight; the single suite has collector alone
	Label    string          `json:"label"`              // baseline or chimera
	Pass     string          `json:"pass"`               // Pass.Kind
	Endpoint string          `json:"endpoint,omitempty"` //
	Options  ImportedOptions `json:"options"`            // asked for; none means the server's defaults
	WallNS   *float64        `json:"wall_ns,omitempty"`  // client clock, whole work of the agent

	// Over the agent's calls, as the file states them or added up from Calls.
	Requests     *int     `json:"requests,omitempty"`
	Tokens       *int64   `json:"tokens,omitempty"`
	DecodeMean   *float64 `json:"decode_mean,omitempty"`             // mean of the calls' decode rates (server), tok/s
	TTFTNS       *float64 `json:"ttft_ns,omitempty"`                 // mean; client clock, model load included
	TTFTServerNS *float64 `json:"ttft_server_ns,omitempty"`          // mean prompt_eval_duration
	PromptEvalNS *float64 `json:"prompt_eval_duration_ns,omitempty"` // sum
	EvalNS       *float64 `json:"eval_duration_ns,omitempty"`        // sum
	LoadNS       *float64 `json:"load_duration_ns,omitempty"`        // sum

	Calls []ImportedCall `json:"calls,omitempty"` // where the file lists them
}

// ImportedOptions are the options a file says an agent asked for.
type ImportedOptions struct {
	NumGPU        *int     `json:"num_gpu,omitempty"`
	NumCtx        *int     `json:"num_ctx,omitempty"`
	Temperature   *float64 `json:"temperature,omitempty"`
	TopP          *float64 `json:"top_p,omitempty"`
	TopK          *int     `json:"top_k,omitempty"`
	RepeatPenalty *float64 `json:"repeat_penalty,omitempty"`
}

// ImportedCall is one request of an imported run.
type ImportedCall struct {
	Tokens       *int64   `json:"tokens,omitempty"`
	Decode       *float64 `json:"decode,omitempty"`  // tok/s, as the file states it
	TTFTNS       *float64 `json:"ttft_ns,omitempty"` // client clock
	PromptEvalNS *float64 `json:"prompt_eval_duration_ns,omitempty"`
	EvalNS       *float64 `json:"eval_duration_ns,omitempty"`
	LoadNS       *float64 `json:"load_duration_ns,omitempty"`
	TotalNS      *float64 `json:"total_duration_ns,omitempty"`
}

// Published is what an imported file itself states as its results, under the
// definitions and the signs of its layout. Tables compute; this is what they
// are compared with.
type Published struct {
	Speedup         *float64 `json:"concurrency_speedup,omitempty"`
	Efficiency      *float64 `json:"efficiency_percent,omitempty"`
	ThroughputDelta *float64 `json:"throughput_delta,omitempty"` // tok/s
	TTFTDeltaMS     *float64 `json:"ttft_delta_ms,omitempty"`
	Contention      *bool    `json:"resource_contention_detected,omitempty"`

	// Single suite.
	ThroughputImprovement *float64 `json:"throughput_improvement_percent,omitempty"`
	TTFTReduction         *float64 `json:"ttft_reduction_percent,omitempty"`
}
