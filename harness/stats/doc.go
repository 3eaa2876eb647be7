// Package stats holds the statistics of tables and gates: the "Over repetitions"
// part of docs/definitions.md.
//
//	Sample        mean, sd, percentiles, median with interval (sample.go)
//	MannWhitney   do two samples differ in location?        (tests.go)
//	Holm          p-values of a family of tests             (tests.go)
//	Pearson       linear correlation with Fisher's interval (correlation.go)
//	Spearman      the same of ranks                         (correlation.go)
//	Decompose     variance between groups and within them   (spread.go)
//	MAD, Outliers the study's outlier rule                  (spread.go)
//	Bootstrap     intervals for ratios of sums, differences of medians and
//	              variance shares                           (bootstrap.go)
//	FirstOfAll    the first repetition against the rest     (spread.go)
//
// # Whose statistics
//
// The exact distribution of U, the normal distribution, mean and variance come
// from go-moremath, which golang.org/x/perf/benchmath uses too. It has no
// correlation, no correction for several tests and no bootstrap; those are here,
// some lines each. gonum/stat has the first of these, but not the numbers: it adds
// up in another order, so that two coefficients in three and nearly every standard
// deviation end in another digit, and none of its quantiles is R's type 7 (see
// Sample.Percentile). The study's own correlations use it (package tr116). The
// Mann-Whitney test does not go through benchmath.AssumeNothing.Compare, because
// that takes milliseconds per test between 20 and 50 values, and under ties it
// doubles one tail of a distribution that is not symmetric, so that its p-value
// depends on which sample is named first.
//
// Every function is held to scipy and numpy by testdata/reference.json, which
// testdata/reference.py writes.
//
// # Absent
//
// A statistic that does not exist for its input (too few values, no spread, a
// value that is not finite) is nil. None is ever NaN or infinite.
//
// # The same on every machine
//
// Samples are sorted before anything is added up or drawn, so the order of runs
// changes nothing. The bootstrap draws from PCG with a constant seed.
package stats
