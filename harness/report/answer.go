package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

// conclusions is the answer in sentences, each made from the numbers and saying no
// more than they do: an interval only over repetitions of one cell and only
// where there are enough, an order of cells only with its doubt. A set that
// mixes sessions or backends has no one answer.
func conclusions(set *metric.Set) []string {
	if set.Mixed {
		return []string{"These runs come from several sessions or backends. They are kept apart in every table, and no sentence is made across them."}
	}
	var out []string
	for _, suite := range []string{record.SuiteMulti, record.SuiteSingle} {
		for _, g := range set.Groups(suite, metric.ByOrigin) {
			var said []string
			cells := cellsOf(set, suite, g)
			if suite == record.SuiteMulti {
				said = append(turns(g), headline(g, len(cells))...)
				said = append(said, extremes(cells, newNames(set, suite))...)
				said = append(said, firstTokens(g, len(cells))...)
			} else {
				said = append(tuning(g, len(cells)), differences(cells)...)
			}
			out = append(out, labelled(set, said)...)
		}
	}
	return append(out, doubts(set)...)
}

// cellsOf are the cells of one origin.
func cellsOf(set *metric.Set, suite string, origin metric.Group) []metric.Group {
	of := metric.ByOrigin(origin.First())
	return slices.DeleteFunc(set.Groups(suite, metric.ByCell), func(c metric.Group) bool { return metric.ByOrigin(c.First()) != of })
}

// labelled puts the loud word before a suite's first sentence, which is the one
// that gets quoted.
func labelled(set *metric.Set, said []string) []string {
	if word := set.ShortLabel(); word != "" && len(said) > 0 {
		said[0] = word + ": " + said[0]
	}
	return said
}

// turns says how often the agents together were slower than one after the other. It
// counts runs and tests nothing: of runs near 1, half are slower by chance.
func turns(g metric.Group) []string {
	var slower, n int
	for _, r := range g.Rows {
		if c := r.D.Flag("contention_measured"); c != nil {
			n++
			if *c {
				slower++
			}
		}
	}
	agents := crowdOf(g.Rows).number() + " agents"
	switch {
	case n == 0:
		return []string{"No run has both passes, so nothing can be said about " + agents + " against one."}
	case slower == 0:
		return []string{fmt.Sprintf("In %s %s together were at least as fast as taking turns.", all(n), agents)}
	case slower == n:
		return []string{fmt.Sprintf("In %s %s together were slower than taking turns.", all(n), agents)}
	}
	return []string{fmt.Sprintf("In %d of %d runs %s together were slower than taking turns.", slower, n, agents)}
}

// all is a number of runs without exception.
func all(n int) string {
	if n == 1 {
		return "the one run"
	}
	return fmt.Sprintf("all %d runs", n)
}

// headline is the measured efficiency, and beside it what the study's formula makes
// of the same runs: the difference is the point.
func headline(g metric.Group, cells int) []string {
	s := g.Sample(metric.Pick("efficiency_measured"))
	if s.N() == 0 {
		return nil
	}
	c := crowdOf(g.Rows)
	out := []string{fmt.Sprintf("Efficiency measured is %s in the median of %s: %s is what taking turns gives, 100 %% what %s would.",
		pct(s.Center().Median), spread(s, cells, 1, " %"), c.turns(), strings.Replace(c.machines(), "machine", "separate machine", 1))}
	if m := g.Sample(metric.Pick("efficiency_client")).Center().Median; m != nil {
		out = append(out, fmt.Sprintf("The study's client-side formula gives the same runs %s in the median: it sees whether the agents' times overlap, and not whether they slow each other down.", pct(m)))
	}
	return out
}

// spread says of how many values a statistic is and how far they lie apart. An
// interval is of repetitions; over several cells there is a range, which grows with
// every run and so is no measure of precision.
func spread(s stats.Sample, cells, digits int, unit string) string {
	n := fmt.Sprintf("%d runs", s.N())
	if s.N() == 1 {
		return "1 run"
	}
	if cells > 1 {
		n += fmt.Sprintf(" in %d cells", cells)
	}
	lo, hi := *s.Min(), *s.Max()
	if c := s.Center(); cells == 1 && c.Lo != nil {
		return fmt.Sprintf("%s (95 %% interval %.*f to %.*f%s)", n, digits, *c.Lo, digits, *c.Hi, unit)
	}
	return fmt.Sprintf("%s (from %.*f to %.*f%s)", n, digits, lo, digits, hi, unit)
}

// extremes names the cells with the lowest and the highest median, and whether the
// runs suffice to tell them apart. The two were picked for being extreme, so they
// lie farther apart than two cells chosen beforehand would; that is why the doubt
// is always said.
func extremes(cells []metric.Group, n names) []string {
	var lo, hi *metric.Group
	var low, high stats.Center
	for i := range cells {
		c := cells[i].Sample(metric.Pick("efficiency_measured")).Center()
		if c.Median == nil {
			continue
		}
		if lo == nil || *c.Median < *low.Median {
			lo, low = &cells[i], c
		}
		if hi == nil || *c.Median > *high.Median {
			hi, high = &cells[i], c
		}
	}
	if lo == hi {
		return nil
	}
	doubt := "their 95 % intervals do not overlap"
	switch {
	case low.Lo == nil || high.Lo == nil:
		doubt = "at least one of them has too few runs for an interval, so the order may be chance"
	case *low.Hi >= *high.Lo:
		doubt = "their 95 % intervals overlap, so the order may be chance"
	}
	return []string{fmt.Sprintf("By cell, the median goes from %s (%s) to %s (%s); %s.", pct(low.Median), n.cell(lo.First()), pct(high.Median), n.cell(hi.First()), doubt)}
}

// firstTokens compares within runs, so that models of any speed can be pooled: a
// ratio has no unit. It is of means over agents, so one that waits for the others
// counts for one in N.
func firstTokens(g metric.Group, cells int) []string {
	s := g.Sample(metric.FirstTokens)
	if s.N() == 0 {
		return nil
	}
	return []string{fmt.Sprintf("Together, the first token takes %.2f times as long as alone in the median of %s.", *s.Center().Median, spread(s, cells, 2, ""))}
}

// tuning is the ratio over all cells: a median near 1 may be cells on both sides of
// it, which differences then counts.
func tuning(g metric.Group, cells int) []string {
	s := g.Sample(metric.Pick("tuned_over_baseline"))
	if s.N() == 0 {
		return []string{"No single-agent run has both passes, so nothing can be said about the tuned options."}
	}
	return []string{fmt.Sprintf("One agent: tuned options decode at %.3f times the baseline rate in the median of %s.", *s.Center().Median, spread(s, cells, 3, ""))}
}

// differences counts the cells whose interval excludes a ratio of 1. It corrects
// for nothing, and says how many would miss by chance.
func differences(cells []metric.Group) []string {
	var known, faster, slower int
	for _, g := range cells {
		c := g.Sample(metric.Pick("tuned_over_baseline")).Center()
		if c.Lo == nil {
			continue
		}
		known++
		switch {
		case *c.Lo > 1:
			faster++
		case *c.Hi < 1:
			slower++
		}
	}
	switch {
	case known == 0:
		return []string{"No single-agent cell has the six runs that a 95 % interval needs, so a difference is neither shown nor excluded."}
	case faster+slower == 0:
		return []string{fmt.Sprintf("In each of %s the 95 %% interval includes 1: these runs show no difference between tuned and baseline.", count(known, "cell"))}
	}
	out := fmt.Sprintf("The 95 %% interval lies above 1 (tuned faster) in %d, below 1 (tuned slower) in %d and includes 1 in %d of %s.",
		faster, slower, known-faster-slower, count(known, "cell"))
	if known > 1 {
		out += " About one such interval in twenty misses by chance."
	}
	return []string{out}
}

// count is a number of things in words.
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

// doubts is what to know before quoting anything above. A warning that all runs
// carry is explained, since nothing here can be compared with a run without it.
func doubts(set *metric.Set) []string {
	total, failed := len(set.Rows), len(set.Failed())
	out := fmt.Sprintf("%s, %d failed.", count(total, "run"), failed)
	if failed > 0 {
		out = fmt.Sprintf("%s, %d failed; failed runs are listed below and are in no mean.", count(total, "run"), failed)
	}
	var said []string
	for _, d := range set.Doubts() {
		where := fmt.Sprintf("%d of them", d.Runs)
		if d.Runs == total {
			where = "all: " + metric.Meaning(d.Code)
		}
		said = append(said, d.Code+" in "+where)
	}
	if len(said) == 0 {
		return []string{out + " No run carries a warning of its own."}
	}
	return []string{out + " Warnings: " + strings.Join(said, "; ") + "."}
}

// pct is a percentage with one decimal.
func pct(f *float64) string {
	if f == nil {
		return "n/a"
	}
	return strconv.FormatFloat(*f, 'f', 1, 64) + " %"
}

// answer is the executive summary: the findings of the numbers, what the audit
// says against them, and the doubts. Runs that another tool measured have no
// solo pass, so other sentences are made of them.
func answer(set *metric.Set, found []record.Finding) []string {
	out := conclusions(set)
	if set.Imported() && !set.Mixed && study.Answer != nil {
		out = slices.Concat(labelled(set, append(study.Answer(set), singles(set)...)), doubts(set))
	}
	// An audit's sentence stands right before the doubts, so the answer still comes
	// first.
	last := len(out) - 1 // the doubts come last
	return slices.Insert(out, max(last, 0), audits(found)...)
}

// audits says how many rules found something, and the titles of the gravest.
func audits(findings []record.Finding) []string {
	found := record.OnlyFound(findings)
	if len(found) == 0 {
		return nil
	}
	said := []string{}
	for _, severity := range []string{record.SeverityError, record.SeverityWarning} {
		var titles []string
		for _, f := range found {
			if f.Severity == severity {
				titles = append(titles, lower(f.Title))
			}
		}
		if len(titles) > 0 {
			said = append(said, fmt.Sprintf("%s (%s)", count(len(titles), severity), strings.Join(titles, "; ")))
		}
	}
	if len(said) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("The audit has %s; see the section Audit before quoting a figure.", strings.Join(said, " and "))}
}

// singles are the sentences about one agent on its own.
func singles(set *metric.Set) []string {
	var out []string
	for _, g := range set.Groups(record.SuiteSingle, metric.ByOrigin) {
		cells := cellsOf(set, record.SuiteSingle, g)
		out = append(append(out, tuning(g, len(cells))...), differences(cells)...)
	}
	return out
}

// lower begins a title in the middle of a sentence.
func lower(s string) string { return strings.ToLower(s[:min(1, len(s))]) + s[min(1, len(s)):] }
