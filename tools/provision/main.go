// Command provision sets up what "make test" needs to test against a real
// Ollama and in a real browser, and says what it could not set up.
//
//	go run ./tools/provision -report provision.json
//	DUET_OLLAMA=$(go run ./tools/provision -print-ollama)
//
// It looks for an ollama program; where there is none it builds Ollama from its
// Go module, once, into the user's cache folder, which takes a C++ compiler and
// three header-only libraries that module zips leave out. Two of those are
// Debian packages, which it installs when it is root on Debian; the third comes
// with a Go module. It also sets up a Chromium, which looks at the report, and
// letters to draw with: Debian packages both. A second call finds everything and takes a moment.
//
// It sets up the client runtimes as well: Python's libraries, as Debian packages
// or in a virtual environment in the cache folder, and the Rust client, which is
// built into it. With -clients it does nothing else.
//
// Progress goes to standard error, the summary to standard output. What is left
// out is listed in one block, with the command that would install it; only
// where CI=true is that an error.
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
		fmt.Fprintln(os.Stderr, "provision:", err)
		os.Exit(1)
	}
}
