package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
)

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
	cells := set.Groups(record.SuiteSingle, metric.ByCell)
	for _, g := range set.Groups(record.SuiteSingle, metric.ByOrigin) {
		out = append(append(out, tuning(g, len(cells))...), differences(cells)...)
	}
	return out
}

// lower begins a title in the middle of a sentence.
func lower(s string) string { return strings.ToLower(s[:min(1, len(s))]) + s[min(1, len(s)):] }
