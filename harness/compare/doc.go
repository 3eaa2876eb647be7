// Package compare sets two sides of measurements against each other, cell by
// cell and metric by metric, as benchstat does: medians with their intervals, the
// ratio new ÷ old with one too, a Mann-Whitney p, and a geometric mean of the
// ratios. It adds what a matrix of cells needs and benchstat has not: Holm's
// correction over the cells of a metric, the direction in which a metric
// improves, how many runs failed or are invalid, and first of all what else
// differed between the two sides, since that explains most "regressions".
//
// # Shape
//
//	Read        a session's folder, a run, or benchmark text as a side  (read.go, runs.go)
//	Side        cells with samples, and facts of the environment        (side.go, facts.go)
//	New         pairs the cells of two sides, metric by metric          (compare.go)
//	Comparison  tables for reading, JSON for machines                   (table.go, json.go)
//	Reader      benchmark lines of any tool as tables and series        (lines.go, lines_table.go)
//	ABBA        the order of two sessions that are measured in turn     (abba.go)
//
// Package gate judges sides by rules, and errorrate simulates how often a verdict
// is wrong.
//
// # Whose statistics
//
// Medians, their intervals and p are benchmath's, called as benchstat calls it,
// because two tools that print other p-values for the same files would both be
// doubted. (The tables of runs use stats.MannWhitney, which differs under ties:
// see there.) The interval of a ratio is the bootstrap of package stats.
//
// # Never mixed
//
// A side is one session on one backend. Runs of several are refused by name, since
// a median over them would be of nothing, and so is text in which one benchmark
// stands under two configurations. Cells are told apart by the name of their
// benchmark, so a folder can be compared with benchmark text.
//
// # What text cannot tell
//
// Benchmark lines have no failed runs, no invalid ones, no calls and no digests
// of models. A side made of text has none of these, and whoever gates on it is
// told so. Lines under different config lines (backend, cpu, pkg, …) are kept
// apart, as benchstat does.
//
// # Units
//
// In memory a value is in its metric's own unit (package metric): a time is
// nanoseconds, whichever side it came from. What prints it scales it to the unit that
// x/perf's tools print, seconds, so that ns/op is shown as sec/op.
package compare
