// Benchfmt turns results folders into tables and reports.
//
//	benchfmt tables [-format text|md|csv] [-width N] [-all | -only ID,… | -list] PATH…
//	benchfmt report [-o DIR] PATH…
//	benchfmt compare [-format text|md|csv|json|github] [-metrics NAME,…] OLD NEW
//	benchfmt audit  [-format md|json|text] [-fail] PATH…
//	benchfmt import -from tr116 -o OUT DIR
//	benchfmt validate [-format text|json] PATH…
//
// A PATH is a results folder, a session in it, any part of a session, or one
// metrics.json. Results go to stdout, everything else to stderr. The exit
// status is 0; 1 when some files could not be read (the others are still
// shown), audit -fail found something or a session is not valid; 2 when there was nothing to work on or
// the command line is wrong.
package main

import (
	"os"
)

func main() {
	os.Exit(run(os.Stdout, os.Stderr, os.Args[1:]))
}
