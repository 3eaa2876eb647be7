// Command fuzz is "make fuzz": it fuzzes every target of the module, one after
// the other, and shares a given time out between them.
//
//	go run ./tools/fuzz             a minute in all
//	go run ./tools/fuzz -time 1h    for a night
//
// go test fuzzes one target of one package at a time, so somebody has to list
// them; here nobody does, and a new target is fuzzed from its first day. Time is
// that of fuzzing alone: building comes on top.
//
// A target that fails stays failed: go writes the input below the package's
// testdata/fuzz, where every later "go test" runs it again. Commit it with the
// repair.
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
		fmt.Fprintln(os.Stderr, "fuzz:", err)
		os.Exit(1)
	}
}
