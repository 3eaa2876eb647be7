package report

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
	"github.com/chimeraforge/duet/harness/selftest"
	"github.com/chimeraforge/duet/harness/table"
)

// provenance is what is needed to do it again, each fact once with the number
// of runs that it holds for.
func provenance(set *metric.Set) []table.Table {
	out := []table.Table{
		facts(set, "environment", "Machine and code", []string{"commit", "go", "system", "kernel", "cpu", "cores", "memory", "governor", "gpus"}, environment),
		facts(set, "servers", "Servers and models", []string{"server", "url", "version", "model", "digest", "family", "parameters", "quantisation", "context", "in VRAM"}, servers),
		facts(set, "options", "Options asked for", []string{"suite", "cell", "agent", "as", "num_gpu", "num_ctx", "temperature", "top_p", "top_k", "repeat_penalty", "num_predict", "num_thread"}, options),
		facts(set, "session", "Session", []string{"session", "backend", "timescale", "run seed", "schema"}, session),
	}
	if t := facts(set, "containers", "Containers", []string{"server", "image", "id", "GPUs", "processors", "memory"}, containers); len(t.Rows) > 0 {
		out = append(out, t)
	}
	return out
}

// facts counts distinct rows of words over runs. More than one row is a warning by
// itself: the machine, the code or the options changed while the session went on.
// The rows are sorted as text, so their order says nothing of time.
func facts(set *metric.Set, id, title string, columns []string, of func(*record.Run) [][]string) table.Table {
	t := table.Table{ID: id, Title: title, Definition: "As recorded before each run.", N: "Runs for which the row holds."}
	for _, c := range columns {
		t.Columns = append(t.Columns, table.Column{Name: c, Text: true})
	}
	t.Columns = append(t.Columns, table.Column{Name: "runs"})
	counts := map[string]int{}
	for _, r := range set.Rows {
		for _, row := range of(r.Run) {
			counts[strings.Join(row, "\x00")]++
		}
	}
	for _, key := range slices.Sorted(maps.Keys(counts)) {
		var row []table.Value
		for _, w := range strings.Split(key, "\x00") {
			row = append(row, table.TextOrAbsent(w))
		}
		t.Rows = append(t.Rows, append(row, table.Count(counts[key])))
	}
	return t
}

// environment is the machine and the code, as they were before a run.
func environment(r *record.Run) [][]string {
	e := r.Environment
	return [][]string{{e.Commit, e.Go, system(e), e.Kernel, e.CPU, positive(e.Cores), size(e.MemoryB), e.Governor, strings.Join(e.GPUs, "; ")}}
}

// system is operating system and architecture, "" where neither is known.
func system(e record.Environment) string {
	if e.OS == "" && e.Arch == "" {
		return ""
	}
	return e.OS + "/" + e.Arch
}

// servers are those of a run, each with its model. A digest is what tells two
// models of one name apart.
func servers(r *record.Run) [][]string {
	var out [][]string
	for _, s := range r.Servers {
		m := s.Model
		if m == nil {
			m = &record.Model{}
		}
		out = append(out, []string{s.ID, s.URL, s.Version, m.Name, short(m.Digest), m.Family, m.ParameterSize, m.Quantization, optional(m.Context), vram(m)})
	}
	return out
}

// containers are what servers in containers were given; without a limit there is
// no figure.
func containers(r *record.Run) [][]string {
	var out [][]string
	for _, s := range r.Servers {
		if c := s.Container; c != nil {
			limit := ""
			if c.CPUs > 0 {
				limit = fmt.Sprint(c.CPUs)
			}
			out = append(out, []string{s.ID, c.Image, short(c.ImageID), c.GPUs, limit, size(c.MemoryB)})
		}
	}
	return out
}

// options are what agents asked for. What was in effect may be another thing:
// context and VRAM in the table of servers say so.
func options(r *record.Run) [][]string {
	if r.Imported != nil {
		return importedOptions(r)
	}
	var out [][]string
	for _, a := range r.Agents {
		o := a.Options
		out = append(out, []string{
			r.Suite, r.Cell.Scenario(), a.ID, a.Label, fmt.Sprint(o.NumGPU), fmt.Sprint(o.NumCtx), fmt.Sprint(o.Temperature), fmt.Sprint(o.TopP),
			fmt.Sprint(o.TopK), fmt.Sprint(o.RepeatPenalty), fmt.Sprint(o.NumPredict), positive(o.NumThread),
		})
	}
	return out
}

// importedOptions are those that another tool's file states; what it does not
// was left to the server.
func importedOptions(r *record.Run) [][]string {
	var out [][]string
	for _, a := range r.Imported.Agents {
		o := a.Options
		out = append(out, []string{
			r.Suite, r.Cell.Scenario(), a.Agent, a.Label, optional(o.NumGPU), optional(o.NumCtx), decimal(o.Temperature), decimal(o.TopP),
			optional(o.TopK), decimal(o.RepeatPenalty), "", "",
		})
	}
	return out
}

// session is where a run belongs, and how fast simulated time ran.
func session(r *record.Run) [][]string {
	scale := ""
	switch {
	case r.Backend.Virtual:
		scale = "virtual"
	case r.Backend.Timescale > 0:
		scale = fmt.Sprint(r.Backend.Timescale)
	}
	return [][]string{{r.Session, r.Label(), scale, seed(r), r.Schema}}
}

// seed is a run's base of all seeds; runs of other tools have none.
func seed(r *record.Run) string {
	if r.Imported != nil {
		return ""
	}
	return fmt.Sprint(r.Seed)
}

// positive is "" where nothing was recorded, which is a zero there.
func positive(n int) string {
	if n <= 0 {
		return ""
	}
	return fmt.Sprint(n)
}

// optional is "" where a value is absent.
func optional[T int | float64](n *T) string {
	if n == nil {
		return ""
	}
	return fmt.Sprint(*n)
}

// decimal is an option as a client was given it. One that kept it in 32 bits wrote
// 0.8 as 0.800000011920929.
func decimal(f *float64) string {
	if f == nil {
		return ""
	}
	bits := 64
	if float64(float32(*f)) == *f {
		bits = 32
	}
	return strconv.FormatFloat(*f, 'g', -1, bits)
}

// size is bytes in binary units, as memory is counted.
func size(b int64) string {
	if b <= 0 {
		return ""
	}
	if b < 1<<30 {
		return fmt.Sprintf("%.1f MiB", float64(b)/(1<<20))
	}
	return fmt.Sprintf("%.1f GiB", float64(b)/(1<<30))
}

// vram is the part of a model that is on the GPU: below 100 % the CPU does the
// rest.
func vram(m *record.Model) string {
	if m.SizeB == nil || m.VRAMB == nil || *m.SizeB <= 0 {
		return ""
	}
	return fmt.Sprintf("%.0f %% of %s", 100*float64(*m.VRAMB)/float64(*m.SizeB), size(*m.SizeB))
}

// short keeps as much of a digest as Ollama's own lists show.
func short(digest string) string {
	digest = strings.TrimPrefix(digest, "sha256:")
	return digest[:min(len(digest), 12)]
}

// SelfTestTables are the tables of what a session read of known answers, without
// rows where it did not.
func SelfTestTables(tests []results.SelfTest) []table.Table {
	return []table.Table{
		byMachine(tests, func(t results.SelfTest) table.Table { return selftest.ReadingTable(t.Meter) }),
		byMachine(tests, func(t results.SelfTest) table.Table { return selftest.AnswerTable(t.Known) }),
	}
}

// byMachine is a table over all machines, with their names first where a session
// was merged. One machine's may have a column more, at the end; the rows of the
// others are filled up with absent values. Readings are never averaged over
// machines: a client's error is of the machine it ran on.
func byMachine(tests []results.SelfTest, of func(results.SelfTest) table.Table) table.Table {
	if len(tests) == 1 && tests[0].Machine == "" {
		return of(tests[0])
	}
	var out table.Table
	for _, test := range tests {
		t := of(test)
		for _, row := range t.Rows {
			out.Rows = append(out.Rows, slices.Insert(row, 0, table.Text(test.Machine)))
		}
		if len(t.Columns) >= len(out.Columns) {
			t.Rows = out.Rows
			t.Columns = slices.Insert(t.Columns, 0, table.Column{Name: "machine", Text: true})
			out = t
		}
	}
	for i, row := range out.Rows {
		for len(row) < len(out.Columns) {
			row = append(row, table.Value{})
		}
		out.Rows[i] = row
	}
	return out
}

// FindingsTable is what was found on the machines of a session before it measured.
// It is looked for once, right before: what began later is not in it. The figures
// stay, since what disturbs a machine need not disturb a measurement, and the
// reader is told.
func FindingsTable(findings []results.Finding) table.Table {
	t := table.Table{
		ID: "interference", Title: "What may have interfered with the measurement", Section: table.SectionStability,
		Definition: "Found on the machine right before a partial session: other programs on the GPU, a battery, a governor that saves power, swap in use, others that compute, little memory or disk, other Ollama servers. Nothing was left out for it.",
		N:          "One row per thing found and partial session.",
		Columns: []table.Column{{Name: "partial session", Text: true}, {Name: "suite", Text: true}, {Name: "code", Text: true},
			{Name: "found", Text: true, Prose: true}, {Name: "to do about it", Text: true, Prose: true}},
	}
	several := slices.ContainsFunc(findings, func(f results.Finding) bool { return f.Machine != "" })
	if several {
		t.Columns = slices.Insert(t.Columns, 0, table.Column{Name: "machine", Text: true})
	}
	for _, f := range findings {
		row := []table.Value{}
		if several {
			row = append(row, table.Text(f.Machine))
		}
		for _, w := range []string{f.At.UTC().Format("2006-01-02 15:04"), f.Suite, f.Code, f.Evidence, f.Do} {
			row = append(row, table.Text(w))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
