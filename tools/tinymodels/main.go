// Command tinymodels writes duet's synthetic models, or registers them on a
// running Ollama, so that a machine with neither GPU nor access to a model hub
// can go through everything that a real model would go through.
//
//	go run ./tools/tinymodels -register http://127.0.0.1:11434
//	go run ./tools/tinymodels -out DIR
//
// It prints one line for each model: its name, and the file's digest and path
// or the server. Package harness/backend/ollama/synthetic says what the models are.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, os.Stderr, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "tinymodels:", err)
		os.Exit(exitStatus(err))
	}
}
