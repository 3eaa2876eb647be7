package compare

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
)

type fact struct{ name, value string }

// common are the facts that are one for all machines of a merged session: what
// decides whether two sides may be compared, and what is the same or not merged.
var (
	common = []string{"commit", "server version", "backend", "time", "seed"}
	ofAll  = []string{FactDigest, FactBudget, quantization} // and a name
)

const quantization = "quantization of "

// perMachine names the machine of a merged session in the facts that are its own,
// and says which machine a cell was measured on.
func perMachine(r *record.Run, facts []fact) []fact {
	m := r.Backend.Machine
	if m == "" {
		return facts
	}
	for i, f := range facts {
		if !slices.Contains(common, f.name) && !slices.ContainsFunc(ofAll, func(of string) bool { return strings.HasPrefix(f.name, of) }) {
			facts[i].name += " on " + m
		}
	}
	if r.Cell.Machine() != "" { // it is in the cell's name
		return facts
	}
	return append(facts, fact{FactMachine + results.CellName(r), m})
}

// facts are what a run says of its environment, those first that most often
// explain a difference. What differs from run to run (the load, the time) is
// none.
func facts(r *record.Run) []fact {
	e := r.Environment
	out := []fact{{"commit", e.Commit}}
	for _, g := range e.GPUs {
		name, driver := gpu(g)
		out = append(out, fact{"gpu driver", driver}, fact{"gpu", name})
	}
	for _, s := range r.Servers {
		out = append(out, fact{"server version", s.Version})
		if s.Model != nil {
			out = append(out, fact{FactDigest + r.Cell.Model(), s.Model.Digest}, fact{quantization + r.Cell.Model(), s.Model.Quantization})
		}
	}
	out = append(out, fact{"governor", e.Governor}, fact{"backend", label(r.Backend)}, fact{"time", clock(r.Backend)})
	for _, a := range r.Agents {
		if a.Options.NumPredict > 0 {
			out = append(out, fact{FactBudget + a.ID, fmt.Sprint(a.Options.NumPredict)})
		}
		if a.Options.NumThread > 0 {
			out = append(out, fact{"threads for " + a.Model, fmt.Sprint(a.Options.NumThread)})
		}
	}
	for _, p := range r.Passes {
		if p.Client != nil {
			out = append(out, fact{"client " + r.Cell.Runtime(), p.Client.Runtime})
		}
	}
	if r.Telemetry != nil { // they do not measure the same power
		out = append(out, fact{"sensors", r.Telemetry.Source})
	}
	return append(out, fact{"seed", number(int64(r.Seed))}, fact{"go", e.Go}, fact{"goos", e.OS}, fact{"goarch", e.Arch}, fact{"kernel", e.Kernel},
		fact{"cpu", e.CPU}, fact{"cores", number(int64(e.Cores))}, fact{"memory", number(e.MemoryB)})
}

// gpu splits a line of nvidia-smi: name, memory, driver.
func gpu(line string) (name, driver string) {
	at := strings.LastIndex(line, ",")
	if at < 0 {
		return line, ""
	}
	return strings.TrimSpace(line[:at]), strings.TrimSpace(line[at+1:])
}

func number(n int64) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

// clock says what a second is on a simulated backend.
func clock(b record.Backend) string {
	switch {
	case b.Virtual:
		return "virtual"
	case b.Simulated:
		return fmt.Sprintf("simulated, %g s per second", b.Timescale)
	}
	return "real"
}
