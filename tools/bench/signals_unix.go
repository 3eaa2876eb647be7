//go:build unix

package main

import (
	"os"
	"syscall"
)

// forwarded are the signals that end the suites and not this command.
var forwarded = []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}
