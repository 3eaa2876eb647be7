// Package tr116 holds no code: its tests prove that package harness/tr116 makes the
// tables of Technical Report 116.
//
//	study_test.go      reads the study's Markdown, line by line, and compares
//	                   every figure in it with a cell computed from its raw files
//	frozen_test.go     keeps what is computed from the raw files as golden files
//	published_test.go  makes runs of the published rows in testdata/tr116 and
//	                   compares their tables with the golden files
//	invariance_test.go states what must not change the tables of any runs
//
// The study and its raw files lie beside the checkout, in ../shared/tr116. In CI
// they are always there; where they are not, the tests that read them are
// skipped, and those of the published rows still hold the formulas.
package tr116
