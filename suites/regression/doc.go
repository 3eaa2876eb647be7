// Package regression asks whether a change that makes one client runtime slower
// turns the gate red, names the cell, and whether the same without the change
// leaves it green: the loop as a team lives it, with real changes to real
// clients, built and measured.
//
//	go test -v ./suites/regression
//
// Two changes, of two kinds. A client that sleeps for 2 ms after every chunk
// makes two agents slower once tokens come faster than that, so both sides have a
// simulated GPU that is fast enough, over real sockets and in real time, and a
// session's own gate (-duet.gate) judges them. On the study's GPU a token takes some
// 30 ms for each of two agents, which wait for the server then.
//
// A read buffer of 16 bytes is hidden there at any speed that a server reaches. It
// costs the processor, and that is what a gate over the lines of make
// bench-overhead sees.
//
// The sessions before and after lie round by round between each other, so that a
// machine that others use too is as busy for one as for the other.
package regression
