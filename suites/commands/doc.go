// Package commands holds the suites to what their users see: its tests build the
// dual-agent suite's test binary once and run it as "go test -bench" does, with
// good settings and bad ones, deadlines, interrupts, kills and broken servers.
// What can be tested in one process is tested in package harness.
//
// The binary runs outside any checkout, so that a commit made meanwhile does not
// make two commands two plans.
package commands
