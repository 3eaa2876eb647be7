// Command check is "make test": everything that can be tested on this machine,
// a real Ollama included.
//
//	go run ./tools/check         everything
//	go run ./tools/check -quick  what needs nothing but Go
//	go run ./tools/check -vuln   known vulnerabilities: the one check that needs a network
//
// It first sets up what is missing (tools/provision), then runs its steps in
// order and goes on after a failed one, so that one call shows all that is
// wrong. What could not be tested is named in one block at the end, with the
// command that would install it; with CI=true that is a failure.
//
// go test's own output is passed through as it comes.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Stdout, os.Stderr, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "check:", err)
		os.Exit(1)
	}
}
