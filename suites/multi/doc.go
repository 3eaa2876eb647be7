// Package multi asks what a second concurrent agent costs or buys: two agents on
// two servers, each alone first and then both from one starting gun.
//
//	go test -bench . ./suites/multi               the embedded simulator
//	go test -tags ollama -bench . ./suites/multi  real servers, any machine
//	go test -tags gpu -bench . ./suites/multi     real servers that must be on a GPU
//
// The scenarios are in package plan, the settings in docs/settings.md.
package multi
