package record

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
