// Command bundle is "make bundle": one archive with everything that measuring
// takes, for a machine with neither Go nor a network.
//
//	go run ./tools/bundle -o duet-bundle.tar.gz
//
//	duet-bundle/
//	  run.sh             measure, and write the report
//	  README.md
//	  bin/bench          runs the suites, shows where they are, makes the report
//	  bin/benchfmt       tables and reports of results
//	  bin/tinymodels     writes the synthetic models
//	  bin/ollama         a server without GPU code, for machines that have none
//	  suites/<tag>/      the suites as test binaries: sim, ollama, gpu
//
// Everything is linked statically and runs in an empty container, but for the
// suites of the tag gpu: they ask NVIDIA's library for the energy, which takes C
// (where this machine has no C compiler they are static too, and ask nvidia-smi).
//
// The archive is the same for the same sources and tools: names in order, and the
// commit's time on every file.
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
		fmt.Fprintln(os.Stderr, "bundle:", err)
		os.Exit(1)
	}
}
