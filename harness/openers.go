package harness

import "github.com/chimeraforge/duet/harness/gpu"

// openers are the ways to sensors of a real machine, the best first.
var openers = []gpu.Opener{}
