//go:build unix

package main

import (
	"os"
	"syscall"
)

// ending are the signals that end a comparison between two runs.
var ending = []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}
