// Package settings is the one place where a user's wishes come in: every
// setting is a test flag (-duet.rounds=6) and an environment variable
// (DUET_ROUNDS=6) of the same name, in one struct, with one table of names,
// defaults and meanings that docs/settings.md repeats and a test compares.
//
// A flag wins over its variable, a variable over the default. Values are
// checked once, in Load, before anything is started or written; what is wrong
// comes back as one line that says what is allowed.
package settings

import (
	"flag"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/plan"
)

// Settings are the resolved wishes of one session.
type Settings struct {
	Models    []string      // resolved Ollama names
	Runtimes  []string      // client runtimes
	Scenarios []string      // of the multi suite
	Rounds    int           // repetitions of every cell
	OnlyRound int           // the only round of this partial session; 0: all that are missing
	Rerun     bool          // cells with outliers are run once more at the end
	Budget    int           // tokens per call (num_predict)
	Unequal   bool          // the study's unequal budgets: collector 0.56 of insight
	Ctx       int           // tuned context of the multi suite
	Seed      uint64        // of prompts' nonces, sampling, order and simulated noise
	Results   string        // folder that holds sessions, absolute
	Session   string        // name of the session; "" to resume or begin one
	Shard     plan.Shard    // a part of the matrix; the zero Shard is all of it
	Servers   string        // auto, sim, reuse, process, container
	Topology  []string      // a server for each agent, one for all of them, or each of the two
	Endpoints []string      // URLs, collector first; nil for the defaults
	SameOK    bool          // several endpoints may be one server
	Separate  bool          // started servers have a model folder each
	Ollama    string        // path of the ollama binary; "" to look for one
	Image     string        // of containers; "" for the pinned one, or the one that is there
	GPUs      string        // of containers: auto, none, shared, separate
	CPUs      float64       // of an agent's container, in processors; 0: no limit
	MemoryB   int64         // of an agent's container, in bytes; 0: no limit
	Keep      bool          // containers stay for the next session, and that uses them
	Threads   int           // num_thread; 0: chosen from the cores where there is no GPU
	Timeout   time.Duration // longest silence of a server within a call
	Timescale float64       // simulated seconds per real second; 0: virtual time
	Chunks    bool          // keep every chunk's arrival in metrics.json
	Gate      string        // default, or a gates.yaml; "" for no gate
	Baseline  string        // what the gate compares with; "" for nothing
	Progress  string        // auto, log
	Telemetry string        // auto, nvml, nvidia-smi, rapl, none; "" is auto
	KWh       Price         // of a kilowatt-hour
	GPUHour   Price         // of one GPU for an hour
}

// Simulated reports whether a suite that was built with a tag has simulated servers
// by them: without a tag it has no others, unless they are asked for.
func (s Settings) Simulated(tag string) bool {
	return s.Servers == Sim || tag == "" && s.Servers == Auto
}

// Matrix is the part of the matrix that they select.
func (s Settings) Matrix() plan.Plan {
	return plan.Plan{Models: s.Models, Runtimes: s.Runtimes, Scenarios: s.Scenarios, Topologies: s.Topology, Ctx: s.Ctx}
}

// Cells are the cells of a suite, those of the shard alone. Where it has none the
// error is a plan.ShardError.
func (s Settings) Cells(suite string) ([]plan.Cell, error) {
	return s.Shard.Cells(suite, s.Matrix(), s.Work())
}

// Backend is what they ask of servers.
func (s Settings) Backend() backend.Config {
	return backend.Config{
		Models: s.Models, Endpoints: s.Endpoints, Topology: s.Topology, Same: s.SameOK, Separate: s.Separate,
		ModelsDir: s.ModelsDir(), Program: s.Ollama, Image: s.Image, GPUs: s.GPUs, CPUs: s.CPUs, MemoryB: s.MemoryB, Keep: s.Keep,
		Timescale: s.Timescale, Seed: s.Seed,
	}
}

// Work is how much they ask of every agent.
func (s Settings) Work() plan.Work { return plan.Work{Budget: s.Budget, Unequal: s.Unequal} }

// Servers settings.
const (
	Auto      = "auto"
	Sim       = "sim"
	Reuse     = "reuse"
	Process   = "process"
	Container = "container"
)

// What containers get of the machine's GPUs, besides Auto: the first for all
// servers if the engine has any to give.
const (
	GPUsNone     = "none"
	GPUsShared   = "shared"
	GPUsSeparate = "separate"
)

// Places where progress is drawn, besides progress.log which is always written.
const (
	ProgressAuto = "auto" // the controlling terminal, where there is one
	ProgressLog  = "log"  // nowhere else: whoever started us follows the log
)

// ModelsDir is the models folder of servers that we start, "" for the user's own.
// Synthetic models alone are kept out of that.
func (s Settings) ModelsDir() string {
	if !plan.AllSynthetic(s.Models) {
		return ""
	}
	return filepath.Join(plan.SyntheticFolder(), "ollama")
}

// Flags is what Register returns: the values users gave, not yet checked.
type Flags struct {
	set    *flag.FlagSet
	values map[string]*string
}

// Register adds every setting to a flag set. Call it from a package variable of
// a test package, so that the flags exist before testing parses them.
func Register(set *flag.FlagSet) *Flags {
	f := &Flags{set: set, values: map[string]*string{}}
	for _, field := range Fields {
		f.values[field.Name] = set.String(field.Flag(), field.Default, field.Meaning+" ("+field.Env()+")")
	}
	return f
}

// Load resolves every setting: the flag if it was given, else the variable if
// it is set and not empty, else the default. getenv is os.LookupEnv outside
// tests. The error names the setting, the value and what is allowed, in one line.
func (f *Flags) Load(getenv func(string) (string, bool)) (Settings, error) {
	given := map[string]bool{}
	f.set.Visit(func(fl *flag.Flag) { given[fl.Name] = true })
	var s Settings
	for _, field := range Fields {
		value, source := *f.values[field.Name], "-"+field.Flag()
		if env, ok := getenv(field.Env()); ok && env != "" && !given[field.Flag()] {
			value, source = env, field.Env()
		}
		if err := field.parse(&s, value); err != nil {
			return Settings{}, fmt.Errorf("%s=%s: %w", source, printable(value), err)
		}
	}
	return s, s.check()
}

// printable keeps an error on its line and a terminal in order.
func printable(value string) string {
	if strings.ContainsFunc(value, unicode.IsControl) {
		return strconv.Quote(value)
	}
	return value
}

// check refuses combinations.
func (s *Settings) check() error {
	if s.Servers == Sim && len(s.Endpoints) > 0 {
		return fmt.Errorf("-duet.endpoints: the simulator chooses its own; leave it out, or use -duet.servers=reuse")
	}
	if s.Baseline != "" && s.Gate == "" {
		return fmt.Errorf("-duet.baseline=%s: there is no gate that compares with it; say -duet.gate=default, or a gates.yaml", printable(s.Baseline))
	}
	if s.OnlyRound > s.Rounds {
		return fmt.Errorf("-duet.only-round=%d: the session has %d rounds (-duet.rounds)", s.OnlyRound, s.Rounds)
	}
	if s.OnlyRound > 0 && s.Gate != "" {
		return fmt.Errorf("-duet.gate=%s: a gate judges whole sessions, and -duet.only-round=%d measures one round", printable(s.Gate), s.OnlyRound)
	}
	if a, b := s.KWh.Currency, s.GPUHour.Currency; a != "" && b != "" && a != b {
		return fmt.Errorf("-duet.kwh-price is in %s and -duet.gpu-hour-price in %s; give both in one currency", a, b)
	}
	if s.SameOK && len(s.Endpoints) > 1 && len(slices.Compact(slices.Clone(s.Endpoints))) == 1 {
		s.Topology = []string{plan.TopologyOne} // that is what it is, and so it is recorded
	}
	return s.checkContainers()
}
