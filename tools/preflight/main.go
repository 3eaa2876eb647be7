// Command preflight is "make preflight": it looks at the servers and the machine
// that a session would measure, and says what would spoil the measurement and
// what to do about each.
//
//	go run ./tools/preflight
//	go run ./tools/preflight -duet.models=tiny -duet.endpoints=http://127.0.0.1:11434,http://127.0.0.1:11435
//
// It takes the settings of the suites, as flags and as variables, and changes
// nothing: servers that answer are asked, and one that is started to be asked is
// stopped again. The exit status is 0 whatever may spoil a measurement, 1 where
// none can be made, 2 for a wrong setting.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := run(ctx, os.Stdout, os.Stderr, os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "preflight:", err)
	}
	os.Exit(status(err))
}

// status is the exit status of an error.
func status(err error) int {
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errUsage):
		return 2
	}
	return 1
}
