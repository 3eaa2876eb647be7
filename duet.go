// Package duet holds what is shipped inside duet's binaries: the prompts of the
// workload. The suites are in suites/, everything they stand on in harness/.
package duet

import "embed"

// Prompts are the agents' prompts, testdata/prompts/<agent>-<call>.txt. They are
// data, not code: change them, and every session made with them records their
// hash.
//
//go:embed testdata/prompts/*.txt
var Prompts embed.FS
