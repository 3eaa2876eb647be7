// Package regression asks whether a change that makes one client runtime slower
// turns the gate red, names the cell, and whether the same without the change
// leaves it green: the loop as a team lives it, with real changes to real
// clients, built and measured.
//
//	go test -v ./suites/regression
//
// Two changes, of two kinds. A client that sleeps for 2 ms after every chunk
// makes two agents slower once tokens come faster than that, so it is measured
// where they do: on the simulator at twenty times its usual speed, over real
// sockets, by a session's own gate (-duet.gate). At the usual speed it costs
// nothing, and the gate must not say that it does: the agents wait for the server
// then. A read buffer of 16 bytes is hidden there too, and at any speed that a
// server reaches. It costs the processor, and that is what a gate over the lines
// of make bench-overhead sees.
//
// The sessions before and after lie round by round between each other, so that a
// machine that others use too is as busy for one as for the other.
package regression
