// Package single asks what tuning buys one agent: baseline options against tuned
// ones (GPU layers 60 and 80 by context 512 and 1024), on one server, in turn.
//
//	go test -bench . ./suites/single               the embedded simulator
//	go test -tags ollama -bench . ./suites/single  a real server, any machine
//	go test -tags gpu -bench . ./suites/single     a real server that must be on a GPU
//
// The options are in package plan, the settings in docs/settings.md.
package single
