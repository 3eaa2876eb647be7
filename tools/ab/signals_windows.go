package main

import "os"

// ending are the signals that end a comparison between two runs.
var ending = []os.Signal{os.Interrupt}
