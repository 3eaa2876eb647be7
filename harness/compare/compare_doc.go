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
//	Side        cells with samples, and facts of the environment   (side.go, fact.go)
//	New         pairs the cells of two sides, metric by metric      (compare.go, pair.go)
//	Comparison  Tables for reading, JSON for machines               (table.go, json.go)
//
// It is pure: whoever reads folders or text builds a Side with Add and Know.
//
// # Whose statistics
//
// Medians, their intervals and p are benchmath's, called as benchstat calls it,
// because two tools that print other p-values for the same files would both be
// doubted. (The tables of runs use inference.MannWhitney, which differs under
// ties: see there.) The interval of a ratio is package inference's bootstrap.
//
// # Never mixed
//
// A Side is one session on one backend. Cells are told apart by the name of
// their benchmark, so a results folder can be compared with benchmark text.
package compare
