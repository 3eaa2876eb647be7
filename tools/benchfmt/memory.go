package main

import "runtime/debug"

// ballast is how much may be allocated before garbage is first collected.
const ballast = 512 << 20

// collectRarely is for a command that keeps nearly all it reads and then ends:
// until there is much of it, looking for garbage finds none. The ballast has no
// pointers and is never touched, so it takes address space and no memory; it
// only moves the collector's goal. What is returned ends it.
func collectRarely() func() {
	percent := debug.SetGCPercent(200)
	hold := make([]byte, ballast)
	return func() {
		debug.SetGCPercent(percent)
		clear(hold[:1])
	}
}
