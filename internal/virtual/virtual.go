// Package virtual runs a function in virtual time: sleeping takes none, and
// what happens happens at exactly its time.
//
// It is package testing/synctest, made available to benchmarks. The simulator's
// whole matrix runs in it: a simulated minute costs the processor time of its
// HTTP traffic, the numbers are the same on every machine however busy, and the
// meter is the one that measures real servers.
//
// synctest wants a *testing.T. Benchmarks have none, and TestMain neither, so
// one is made with testing.RunTests, which is exported for "go test" itself and
// covered by the Go 1 promise.
package virtual

import (
	"errors"
	"flag"
	"fmt"
	"testing"
	"testing/synctest"
)

// ErrFailed is returned when the bubble ended abnormally, by t.FailNow say.
var ErrFailed = errors.New("virtual time: ended abnormally")

// Run calls f in a bubble of its own and returns its error. Inside, the clock
// starts at midnight UTC of 2000-01-01 and advances when every goroutine of the
// bubble waits.
//
// Nothing inside may wait for something outside: no network but net.Pipe, no
// context from outside (it would never let time pass), no goroutine left at the
// end.
func Run(f func() error) (err error) {
	err = ErrFailed
	defer plain()()
	done := false // -test.count and -test.cpu are of the benchmark, and would repeat f
	all := func(_, _ string) (bool, error) { return true, nil }
	testing.RunTests(all, []testing.InternalTest{{
		Name: "virtual",
		F: func(t *testing.T) {
			if done {
				return
			}
			done = true
			synctest.Test(t, func(*testing.T) {
				defer func() {
					if p := recover(); p != nil {
						err = fmt.Errorf("virtual time: panic: %v", p)
					}
				}()
				err = f()
			})
		},
	}})
	return err
}

// plain sets the flags aside that are meant for the benchmark and not for the
// made-up test, until the function it returns is called: -test.v would print its
// name into the benchmark's line, -test.skip could leave it out.
func plain() func() {
	old := map[*flag.Flag]string{}
	for name, value := range map[string]string{"test.v": "false", "test.skip": ""} {
		if f := flag.Lookup(name); f != nil {
			old[f] = f.Value.String()
			_ = f.Value.Set(value)
		}
	}
	return func() {
		for f, value := range old {
			_ = f.Value.Set(value)
		}
	}
}
