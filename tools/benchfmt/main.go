// Benchfmt turns results folders into tables and reports.
//
//	benchfmt tables [-format text|md|csv] [-width N] [-all | -only ID,… | -list] [-study] PATH…
//	benchfmt report [-o DIR] [-study] PATH…
//	benchfmt compare [-format text|md|csv|json|github] [-metrics NAME,…] OLD NEW
//	benchfmt gate [-config gates.yaml] [-baseline OLD] [-all] [-format text|md|csv|json|github] NEW
//	benchfmt power [-cells N] [-loss PERCENT] [-alpha P] [-trials N] [-format text|md|csv]
//	benchfmt audit  [-format md|json|text] [-fail] [-study] PATH…
//	benchfmt import -from tr116 -o OUT DIR
//	benchfmt merge -o OUT [-machines] [-incomplete] [-invalid] [NAME=]DIR…
//	benchfmt validate [-format text|json] PATH…
//
// A PATH is a results folder, a session in it, any part of a session, or one
// metrics.json; compare and gate also take a file of benchmark lines. Results go to
// stdout, everything else to stderr. The exit status is 0; 1 when some files could
// not be read (the others are still shown), audit -fail found something, a session
// is not valid, or a gate fails; 2 when there was nothing to work on, the command
// line is wrong, or a gate cannot be judged; 3 when a gate is inconclusive.
package main

import (
	"os"

	_ "github.com/chimeraforge/duet/harness/tr116" // reads the study's files
)

func main() {
	os.Exit(run(os.Stdout, os.Stderr, os.Args[1:]))
}
