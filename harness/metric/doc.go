// Package metric turns raw runs into duet's numbers: the definitions of
// docs/definitions.md, statistics over repetitions, doubts, and tables as data.
// It is pure: no files, no clock, no randomness. The same runs in any order
// give the same bytes.
//
// # Shape
//
// A number travels through the package in five steps:
//
//  1. Call      TTFT, DecodeServer, … one request            (agent.go)
//  2. Run       Derive, Summarise, Findings, Annotate         (derive.go, warnings.go)
//  3. Set       rows in an order of their own, Groups of them (set.go, group.go)
//  4. Table     items and Columns, joined by Fill             (column.go)
//  5. Tables    Set.Tables says what was measured; MatrixTables compares cells,
//     models and runtimes; Recommendations are rules over both (*_table.go, rule_*.go)
//
// Every table is a list of items (groups, pairs of groups, outliers) and a list of
// columns, so a new table is one file. Package report renders step 5; nothing here
// formats for a reader. The statistics are those of package stats.
//
// # Absent
//
// A quantity that cannot be computed is nil, or a Value that says it is absent.
// A missing duration never becomes a zero, and a division by zero never becomes
// an infinity: both are absent. Absent values are counted and left out of means.
//
// # Why runs are derived again
//
// A metrics.json carries a derived block for readers that do not compute. The
// tables ignore it and derive from the raw calls, so a corrected formula
// corrects old sessions too.
package metric
