package record

// Derived holds the quantities of docs/definitions.md for one run, computed by
// package analysis from the raw calls and stored for readers that do not want
// to compute. Absent is nil. Times are nanoseconds, rates tokens per second,
// efficiencies percent.
type Derived struct {
	// Two agents (multi suite).
	SpeedupMeasured    *float64 `json:"speedup_measured,omitempty"`
	EfficiencyMeasured *float64 `json:"efficiency_measured,omitempty"`
	SpeedupClient      *float64 `json:"speedup_client,omitempty"`
	EfficiencyClient   *float64 `json:"efficiency_client,omitempty"`
	SpeedupServer      *float64 `json:"speedup_server,omitempty"`
	EfficiencyServer   *float64 `json:"efficiency_server,omitempty"`
	AggregateRate      *float64 `json:"aggregate_rate,omitempty"` // Σ k_i / wall of the concurrent pass
	SoloRate           *float64 `json:"solo_rate,omitempty"`      // Σ k'_i / Σ s_i: the agents one after the other
	Balance            *float64 `json:"balance,omitempty"`
	Jain               *float64 `json:"jain,omitempty"`
	ThroughputDelta    *float64 `json:"throughput_delta,omitempty"` // insight − collector, tok/s
	TTFTDeltaNS        *float64 `json:"ttft_delta_ns,omitempty"`    // insight − collector
	ContentionTR116    *bool    `json:"contention_tr116,omitempty"`
	ContentionMeasured *bool    `json:"contention_measured,omitempty"`

	// Both suites. WallNS is the concurrent pass (multi) or the tuned pass (single).
	WallNS *int64 `json:"wall_ns,omitempty"`
	Tokens *int64 `json:"tokens,omitempty"` // of that pass

	// Single suite: tuned over baseline, by decode rate (server).
	TunedOverBaseline *float64 `json:"tuned_over_baseline,omitempty"`

	Agents []AgentDerived `json:"agents,omitempty"`
	Energy []PassEnergy   `json:"energy,omitempty"` // where the run has telemetry
}

// AgentDerived is one agent in one pass.
type AgentDerived struct {
	Agent        string   `json:"agent"`
	Pass         string   `json:"pass"`                    // Pass.Kind
	WallNS       *int64   `json:"wall_ns,omitempty"`       // d_i or s_i
	Tokens       *int64   `json:"tokens,omitempty"`        // k_i or k'_i
	Rate         *float64 `json:"rate,omitempty"`          // tokens / wall
	DecodeServer *float64 `json:"decode_server,omitempty"` // Σ eval_count / Σ eval_duration
	DecodeClient *float64 `json:"decode_client,omitempty"` // Σ (tokens−1) / Σ (t_last token − t_first)
	TTFTNS       *float64 `json:"ttft_ns,omitempty"`       // mean over the agent's calls
	TTFTNoLoadNS *float64 `json:"ttft_no_load_ns,omitempty"`
	TTFTServerNS *float64 `json:"ttft_server_ns,omitempty"` // mean prompt_eval_duration
	Eta          *float64 `json:"eta,omitempty"`            // concurrent only: rate ÷ the agent's solo rate
	Cold         int      `json:"cold,omitempty"`           // calls above the cold threshold
}

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
