package main

import "os"

// forwarded are the signals that end the suites and not this command.
var forwarded = []os.Signal{os.Interrupt}
