package report

import (
	"github.com/chimeraforge/duet/harness/table"
)

// sectionReading and the others are parts of a report that no table names.
const (
	sectionReading     = "reading"
	sectionUnread      = "unread"
	sectionAudit       = "audit"
	sectionDefinitions = "definitions"
)

// section is a part of every report, in words that hold for all of them.
type section struct{ id, title, intro string }

// sections, in the order of the study's own report: what it says, what it is
// about, the analysis, what follows, how to do it again, what to doubt, and the
// appendices, which are lettered as far as there are any: of the study's own runs
// A to K, as the study has them.
var sections = []section{
	{table.SectionSummary, "Executive summary", ""},
	{sectionUnread, "Files that could not be read", "Nothing in this report knows of these files."},
	{sectionReading, "How to read this", ""},
	{table.SectionScope, "Scope and coverage", "Which runtimes, models and scenarios were run, how often, and what came out in one line each."},
	{table.SectionMulti, "Multi-agent analysis", "Two agents at once against one after the other, by runtime, model and cell, with what the repetitions allow to say."},
	{table.SectionSingle, "Single-agent analysis", "One agent on its own: what the tuned options change against the baseline."},
	{table.SectionImbalance, "Throughput and TTFT imbalance", "How evenly the two agents were served: the differences between them in speed and in time to first token."},
	{table.SectionStability, "Stability and contention", "How far runs of one cell lie apart, whether the first differs from the rest, who was slowed down, and which runs are doubtful or failed."},
	{table.SectionRecommendations, "Recommendations", "Rules over the numbers above; each sentence holds for these runs and names the figures it rests on."},
	{table.SectionReproducibility, "Reproducibility", "What is needed to measure this again: the commands, the code, the machine, the servers with their ports and versions, the models with their digests, the options."},
	{sectionAudit, "Audit", "What makes figures mean less than they seem to, found by rule. A rule that found nothing, or could not be applied, is in the table of the appendix Validation."},
	{sectionDefinitions, "Definitions", "The words of the tables, each once."},
	{table.AppendixFlat, "Flat tables", "Every dual-agent run, one per row."},
	{table.AppendixRuns, "Runs and their statistics", "Runs by configuration, with distribution, correlation and variance."},
	{table.AppendixSingle, "Single-agent configurations", "Every single-agent configuration and run."},
	{table.AppendixCards, "Configuration cards", "Each configuration on one line, by name."},
	{table.AppendixManifest, "Metrics files", "The files that these figures were read from."},
	{table.AppendixNotes, "Dual-agent run notes", "What each dual-agent run did."},
	{table.AppendixRaw, "Single-agent run notes", "What each single-agent run did."},
	{table.AppendixPlan, "Views of the study's plan", "What the study's plan promised: normalised figures, winners, frontiers, placement, what dominates."},
	{table.AppendixValidation, "Validation", "Checks that are computed from the runs, and the audit with all its figures."},
	{table.AppendixRunbook, "Runbook", "These commands make every figure of this report again from the raw files; PATH is their folder."},
	{table.AppendixSamples, "Efficiency samples", "Every efficiency, sorted."},
}

// runbook turns raw files into figures.
var runbook = []string{
	"go run ./tools/benchfmt report -o DIR PATH     # this report",
	"go run ./tools/benchfmt tables -all PATH       # every table, in a terminal",
	"go run ./tools/benchfmt tables -all -format csv PATH",
	"go run ./tools/benchfmt audit PATH             # what to doubt, with the files",
}
