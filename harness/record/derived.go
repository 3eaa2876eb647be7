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

// set keeps a quantity that is there.
func (v *Values) set(name string, x *float64) {
	if x == nil {
		return
	}
	if *v == nil {
		*v = Values{}
	}
	(*v)[name] = *x
}

func asFloat(n *int64) *float64 {
	if n == nil {
		return nil
	}
	x := float64(*n)
	return &x
}

// Get, Whole and Flag are a run's quantities, nil where they are absent.
func (d Derived) Get(name string) *float64 { return d.Values.Get(name) }
func (d Derived) Whole(name string) *int64 { return d.Values.Whole(name) }
func (d Derived) Flag(name string) *bool {
	x, ok := d.Values[name]
	if !ok {
		return nil
	}
	yes := x != 0
	return &yes
}

// Set, SetWhole and SetFlag keep a quantity; nil is absent.
func (d *Derived) Set(name string, x *float64)    { d.Values.set(name, x) }
func (d *Derived) SetWhole(name string, n *int64) { d.Values.set(name, asFloat(n)) }
func (d *Derived) SetFlag(name string, b *bool) {
	if b == nil {
		return
	}
	x := 0.0
	if *b {
		x = 1
	}
	d.Set(name, &x)
}

// Get and Whole are the agent's quantities, nil where they are absent.
func (a AgentDerived) Get(name string) *float64 { return a.Values.Get(name) }
func (a AgentDerived) Whole(name string) *int64 { return a.Values.Whole(name) }

// Cold is how many calls were above the cold threshold.
func (a AgentDerived) Cold() int { return int(a.Values["cold"]) }

// Set and SetWhole keep a quantity; nil is absent.
func (a *AgentDerived) Set(name string, x *float64)    { a.Values.set(name, x) }
func (a *AgentDerived) SetWhole(name string, n *int64) { a.Values.set(name, asFloat(n)) }

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
