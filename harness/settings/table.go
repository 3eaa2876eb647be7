package settings

import (
	"strings"

	"github.com/chimeraforge/duet/harness/driver"
)

// Field is one row of the table of settings.
type Field struct {
	Name    string // flag -duet.<Name>, variable DUET_<NAME>
	Default string // as text
	Allowed string // what a value may be
	Meaning string
	parse   func(s *Settings, v string) error
}

// Flag is the field's test flag, without its dash.
func (f Field) Flag() string { return "duet." + f.Name }

// Env is the field's environment variable.
func (f Field) Env() string { return "DUET_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_")) }

// Fields is the table, in the order of docs/settings.md.
var Fields = []Field{
	{"models", "study", "`study`, `tiny`, `full`, `optional`, any Ollama model names", "models to measure; `tiny` are synthetic stand-ins for machines without a GPU, `full` as large as the study's", models},
	{"runtimes", "go", "`all`, or any of " + quoted(driver.Names()), "client runtimes that drive the agents; one that is not on this machine is left out, with the command that gets it", runtimes},
	{"scenarios", "baseline-vs-chimera,chimera-homo,chimera-hetero", "any of the default", "dual-agent scenarios", scenarios},
	{"rounds", "6", "1 to 1000", "repetitions of every cell, spread over the session; 6 is the floor of a 95 % interval", intIn("rounds", 1, 1000, func(s *Settings) *int { return &s.Rounds })},
	{"only-round", "0", "0, or one of the rounds", "measure this round of the session and no other, for partial sessions that alternate with another session's (`make ab`); 0 measures all that are missing", intIn("only-round", 0, 1000, func(s *Settings) *int { return &s.OnlyRound })},
	{"rerun", "true", "`true`, `false`", "run every cell with outliers once more at the end of its suite (the study's rule); both results are kept and both count", boolean("rerun", func(s *Settings) *bool { return &s.Rerun })},
	{"budget", "128", "1 to 100000", "tokens per call (`num_predict`), the same for both agents", intIn("budget", 1, 100_000, func(s *Settings) *int { return &s.Budget })},
	{"unequal", "false", "`true`, `false`", "give the collector 0.56 of the insight agent's budget, as the study's prompts did", boolean("unequal", func(s *Settings) *bool { return &s.Unequal })},
	{"ctx", "512", "128 to 1048576", "tuned context of the multi suite: 512 as the study's Rust runs, 2048 as its Python runs", intIn("ctx", 128, 1<<20, func(s *Settings) *int { return &s.Ctx })},
	{"seed", "116", "0 to 2^63-1", "of nonces, sampling, the order of cells and simulated noise", seed},
	{"results", "results", "a folder", "where sessions are written; relative to the module's root", results},
	{"session", "", "letters, digits, `.`, `_`, `-`", "name of the session folder; empty resumes the last unfinished one or begins another", session},
	{"shard", "", "`i/n`, such as `2/3`", "measure the i-th of n parts of the matrix, for a machine of its own (docs/machines.md); empty is all of it", shard},
	{"servers", "auto", "`auto`, `sim`, `reuse`, `process`, `container`", "where the two servers come from; `auto` is the simulator without tags, else answering ports, else the local binary, else containers", oneOf("servers", func(s *Settings) *string { return &s.Servers }, Auto, Sim, Reuse, Process, Container)},
	{"topology", "two", "any of `two`, `one`", "multi suite: two servers, or one for both agents (`OLLAMA_NUM_PARALLEL=2`); `two,one` compares them in one session", topology},
	{"endpoints", "", "`url,url,…`", "addresses of the servers, the first agent's first; default port 11434 and those after it", endpoints},
	{"same", "false", "`true`, `false`", "allow several endpoints to be one server", boolean("same", func(s *Settings) *bool { return &s.SameOK })},
	{"separate", "false", "`true`, `false`", "give each server that is started a model folder of its own instead of one for both", boolean("separate", func(s *Settings) *bool { return &s.Separate })},
	{"ollama", "", "a path", "`ollama` binary to start; empty looks on the `PATH`, then for the one `make test` built", text(func(s *Settings) *string { return &s.Ollama })},
	{"image", "", "an image", "of containers; empty is the pinned `ollama/ollama` if it is there, else what `make image` built, else the pinned one is pulled", image},
	{"gpus", "auto", "`auto`, `none`, `shared`, `separate`", "what containers get: no GPU, both the first as in the study, or one each; `auto` is `shared` where the engine has any", oneOf("gpus", func(s *Settings) *string { return &s.GPUs }, Auto, GPUsNone, GPUsShared, GPUsSeparate)},
	{"cpus", "0", "0 to 1024", "processors each agent's container may use, such as 1.5; one that serves both gets twice that; 0 is no limit", fraction("cpus", 1024, func(s *Settings) *float64 { return &s.CPUs })},
	{"memory", "0", "0, or from `64m`", "memory each agent's container may use, such as `6g`; one that serves both gets twice that; 0 is no limit", memory},
	{"keep", "false", "`true`, `false`", "leave containers running for the next session with the same settings, and use those that one left", boolean("keep", func(s *Settings) *bool { return &s.Keep })},
	{"threads", "0", "0 to 1024", "`num_thread` of CPU servers; 0 shares the cores out between them", intIn("threads", 0, 1024, func(s *Settings) *int { return &s.Threads })},
	{"timeout", "2m", "1ms to 24h", "longest silence of a server before a call counts as failed", timeout},
	{"timescale", "0", "0, or 0.01 to 1000", "simulator only: 0 is virtual time, exact and as fast as it goes; else simulated seconds per real second, over real sockets", fraction("timescale", 1000, func(s *Settings) *float64 { return &s.Timescale })},
	{"chunks", "true", "`true`, `false`", "keep the arrival of every chunk in `metrics.json`", boolean("chunks", func(s *Settings) *bool { return &s.Chunks })},
	{"gate", "", "`default`, or a `gates.yaml`", "rules that the session must pass, judged by TestGate after the last run; `default` is the shipped gate", text(func(s *Settings) *string { return &s.Gate })},
	{"baseline", "", "a session's folder, or a file of benchmark lines", "what the gate's rules with `worse_than` compare with", text(func(s *Settings) *string { return &s.Baseline })},
	{"progress", "auto", "`auto`, `log`", "draw progress on the terminal too, or only in `progress.log`", oneOf("progress", func(s *Settings) *string { return &s.Progress }, ProgressAuto, ProgressLog)},
	{"telemetry", "auto", "`auto`, `nvml`, `nvidia-smi`, `rapl`, `none`", "sensors of power and energy; `auto` is the first that works: NVML (with `-tags gpu`), nvidia-smi, RAPL of CPU sockets; a simulator has its own", oneOf("telemetry", func(s *Settings) *string { return &s.Telemetry }, "auto", "nvml", "nvidia-smi", "rapl", "none")},
	{"kwh-price", "", "an amount and a currency, such as `0.30EUR`", "price of a kilowatt-hour, for tokens per money; there is no default", price("kwh-price", func(s *Settings) *Price { return &s.KWh })},
	{"gpu-hour-price", "", "an amount and a currency, such as `2.49USD`", "price of one GPU for an hour, for tokens per money; there is no default", price("gpu-hour-price", func(s *Settings) *Price { return &s.GPUHour })},
}

func quoted(names []string) string { return "`" + strings.Join(names, "`, `") + "`" }

// Table renders the fields as the Markdown table of docs/settings.md.
func Table() string {
	var b strings.Builder
	b.WriteString("| flag | variable | default | allowed | meaning |\n|---|---|---|---|---|\n")
	for _, f := range Fields {
		def := "`" + f.Default + "`"
		if f.Default == "" {
			def = "–"
		}
		b.WriteString("| `-" + f.Flag() + "` | `" + f.Env() + "` | " + def + " | " + f.Allowed + " | " + f.Meaning + " |\n")
	}
	return b.String()
}
