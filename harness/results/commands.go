package results

import (
	"cmp"
	"flag"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/settings"
)

// suiteOrder is the order in which "make bench" runs them.
var suiteOrder = []string{record.SuiteSingle, record.SuiteMulti}

// Commands says how to make the session again, as lines for a shell: the commit to
// check out, then one command for all its suites, then the same with "go test", suite
// by suite. What the plan cannot bring back, such as local changes to the code, is said in
// comments.
func (f File) Commands() []string {
	if len(f.Merged) > 0 {
		return f.merging()
	}
	out := f.checkout()
	wishes := f.Plan.wishes()
	var suites []string
	for _, s := range suiteOrder {
		if len(f.Suites[s]) > 0 {
			suites = append(suites, s)
		}
	}
	patterns := map[string]string{}
	var all []string
	for _, s := range suites {
		patterns[s] = f.pattern(s)
		all = append(all, patterns[s])
	}
	out = append(out, f.comments()...)
	out = append(out, f.make(suites, joint(all), wishes))
	if len(suites) > 0 {
		out = append(out, "# or, suite by suite:")
	}
	for _, s := range suites {
		words := []string{"go", "test"}
		if f.Plan.Tag != "" {
			words = append(words, "-tags", f.Plan.Tag)
		}
		words = append(words, "-bench", patterns[s], "-benchtime", "1x", "-timeout", "0", "./suites/"+s)
		out = append(out, line(append(words, wishes...)))
	}
	return out
}

// merging makes the sessions of a merged one again, each on its machine, and joins
// them.
func (f File) merging() (out []string) {
	words := []string{"go", "run", "./tools/benchfmt", "merge", "-o", "results/" + f.Name}
	if f.Compared() {
		words = append(words, "-machines")
	}
	for _, m := range f.Merged {
		out = append(out, clean("# on machine "+m.Machine+" ("+Describe(m.Session.Environment)+"):"))
		out = append(out, m.Session.Commands()...)
		words = append(words, m.Machine+"=results/"+m.Session.Name)
	}
	return append(out, "# then, with the sessions' folders in one place:", line(words))
}

func (f File) checkout() []string {
	commit, dirty := strings.CutSuffix(f.Plan.Commit, "+dirty")
	switch {
	case commit == "" || commit == "unknown":
		return []string{"# the commit was not recorded"}
	case dirty:
		return []string{line([]string{"git", "checkout", commit}), "# the code had changes that are in no commit; they are not brought back"}
	}
	return []string{line([]string{"git", "checkout", commit})}
}

// comments is what a command cannot ask for.
func (f File) comments() []string {
	if f.Plan.Servers != settings.Auto || f.Backend.Kind == "" || f.Backend.Simulated {
		return nil
	}
	return []string{strings.TrimSuffix(clean("# servers were chosen by themselves: "+f.Backend.Kind+", because "+f.Why), ", because ")}
}

// make is the whole session in one command.
func (f File) make(suites []string, pattern string, wishes []string) string {
	if slices.Equal(suites, suiteOrder) && pattern == "." && len(wishes) == 0 {
		if f.Plan.Tag == "" {
			return "make bench"
		}
		return line([]string{"make", "bench", "TAGS=" + f.Plan.Tag})
	}
	// What "make bench" runs: words with blanks would not survive make's ARGS.
	words := []string{"go", "run", "./tools/duet", "bench"}
	if f.Plan.Tag != "" {
		words = append(words, "-tags", f.Plan.Tag)
	}
	if len(suites) > 0 && !slices.Equal(suites, suiteOrder) {
		words = append(words, "-suites", strings.Join(suites, ","))
	}
	if pattern != "." {
		words = append(words, "-bench", pattern)
	}
	return line(append(words, wishes...))
}

// pattern selects the cells of a suite that were asked for, for -bench; "." is
// all that the plan has.
func (f File) pattern(suite string) string {
	top := "BenchmarkSingle"
	if suite == record.SuiteMulti {
		top = "BenchmarkMulti"
	}
	all := f.Own(suite)
	var names []string
	for _, c := range all {
		if slices.Contains(f.Suites[suite], c.ID) {
			names = append(names, anchored(top+"/"+c.Name()))
		}
	}
	if len(names) == len(all) || len(names) == 0 {
		return "."
	}
	return strings.Join(names, "|")
}

// anchored matches one benchmark name and no other: go test matches each
// element between slashes by itself.
func anchored(name string) string {
	parts := strings.Split(name, "/")
	for i, p := range parts {
		parts[i] = "^" + regexp.QuoteMeta(p) + "$"
	}
	return strings.Join(parts, "/")
}

// joint is one pattern for several suites. One suite's pattern selects nothing
// in another, so "all of it" has to be spelled out beside a narrower one.
func joint(patterns []string) string {
	if len(patterns) == 0 || !slices.ContainsFunc(patterns, func(p string) bool { return p != "." }) {
		return "."
	}
	for i, p := range patterns {
		if p == "." {
			patterns[i] = map[string]string{record.SuiteSingle: "^BenchmarkSingle$", record.SuiteMulti: "^BenchmarkMulti$"}[suiteOrder[i]]
		}
	}
	return strings.Join(patterns, "|")
}

// plain is what a shell takes as it stands.
var plain = regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./-]+$`)

// line is words as one line for a POSIX shell.
func line(words []string) string {
	out := make([]string, len(words))
	for i, w := range words {
		if out[i] = w; !plain.MatchString(w) {
			out[i] = "'" + strings.ReplaceAll(clean(w), "'", `'\''`) + "'"
		}
	}
	return strings.Join(out, " ")
}

// clean keeps a comment or a word on its line.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
}

// wishes are the flags of the settings in which the plan differs from the
// defaults, in the order of the settings' table.
func (p Plan) wishes() []string {
	values, usual := p.values(), defaults().values()
	var out []string
	for _, f := range settings.Fields {
		if v, ok := values[f.Name]; ok && v != usual[f.Name] {
			out = append(out, "-"+f.Flag()+"="+v)
		}
	}
	if len(p.Endpoints) > 1 && len(slices.Compact(slices.Clone(p.Endpoints))) == 1 {
		out = append(out, "-duet.same=true")
	}
	return out
}

// defaults is the plan of a command without any setting.
func defaults() Plan {
	none := func(string) (string, bool) { return "", false }
	s, err := settings.Register(flag.NewFlagSet("", flag.ContinueOnError)).Load(none)
	if err != nil {
		panic("record: the defaults are not allowed: " + err.Error())
	}
	return NewPlan(s, "", "", "")
}

// values are the plan's settings as the text that a flag takes.
func (p Plan) values() map[string]string {
	return map[string]string{
		"models":    models(p.Models),
		"runtimes":  strings.Join(p.Runtimes, ","),
		"scenarios": strings.Join(p.Scenarios, ","),
		"shard":     p.Shard,
		"rounds":    strconv.Itoa(p.Rounds),
		"rerun":     strconv.FormatBool(p.Rerun),
		"budget":    strconv.Itoa(p.Budget),
		"unequal":   strconv.FormatBool(p.Unequal),
		"ctx":       strconv.Itoa(p.Ctx),
		"seed":      strconv.FormatUint(p.Seed, 10),
		"servers":   p.Servers,
		"endpoints": strings.Join(p.Endpoints, ","),
		"ollama":    p.Ollama,
		"topology":  cmp.Or(strings.Join(p.Topology, ","), plan.TopologyTwo), // of a version that had no other
		"separate":  strconv.FormatBool(p.Separate),
		"image":     p.Image,
		"gpus":      cmp.Or(p.GPUs, settings.Auto),
		"cpus":      strconv.FormatFloat(p.CPUs, 'g', -1, 64),
		"memory":    strconv.FormatInt(p.MemoryB, 10),
		"threads":   strconv.Itoa(p.Threads),
		"timescale": strconv.FormatFloat(p.Timescale, 'g', -1, 64),
	}
}

// models names a list by its short word where it has one.
func models(list []string) string {
	if slices.Equal(list, plan.Tiny) {
		return "tiny"
	}
	return strings.Join(list, ",")
}
