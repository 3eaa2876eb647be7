// Package measured reads what was measured into one side of a comparison: a
// session's folder, a part of it, one metrics.json, or the text of benchmark
// lines. It is the way in to the pure packages analysis/compare and
// analysis/gate, for the command benchfmt and for the suites alike.
//
// # One side is one session
//
// Runs of several sessions or backends are refused, with their names, since a
// median over them would be of nothing. So is text in which one benchmark stands
// under two configurations.
//
// # What text cannot tell
//
// Benchmark lines have no failed runs, no invalid ones, no calls and no digests
// of models. A side made of text has none of these, and whoever gates on it is
// told so.
package compare
