package suites

import (
	"errors"
	"flag"
	"fmt"
)

// Statuses that all commands use alike.
const (
	Failed      = 1
	Usage       = 2
	Interrupted = 130
)

// failure is an error with an exit status. One without an error has been printed.
type failure struct {
	code int
	text string
	err  error
}

func (f *failure) Error() string { return f.text }
func (f *failure) Unwrap() error { return f.err }

// Exit gives an error an exit status.
func Exit(code int, err error) error { return &failure{code, err.Error(), err} }

// Wrong is a command line that cannot be understood; a call for help, which has been
// answered, is no error.
func Wrong(err error) error {
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	return &failure{Usage, "usage: " + err.Error(), err}
}

// ErrPrinted is wrapped by errors of which the user knows.
var ErrPrinted = errors.New("it has been printed")

// Printed is an exit status whose reason has been printed.
func Printed(code int, reason string) error { return &failure{code, reason, ErrPrinted} }

// Status is an error's exit status, failed where it has none of its own.
func Status(err error, failed int) int {
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if f, ok := errors.AsType[*failure](err); ok {
		return f.code
	}
	return failed
}

// NoMore refuses arguments that no flag took.
func NoMore(set *flag.FlagSet) error {
	if set.NArg() > 0 {
		return fmt.Errorf("unexpected %q", set.Arg(0))
	}
	return nil
}
