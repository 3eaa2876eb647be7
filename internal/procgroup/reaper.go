package procgroup

import (
	"errors"
	"fmt"
	"io"
	"os"
)

// A reaper is this program once more, as a child that does nothing until its
// parent is gone and then one thing: what the parent would have done itself had
// it ended as it meant to. A guard is enough for what is in a process group. A
// reaper is for what is not: containers, which belong to an engine.
const (
	envReaper  = "DUET_PROCESS_REAPER" // which one
	envTask    = "DUET_PROCESS_TASK"   // what it is told
	reaperName = "duet-reaper"
)

// dismissed is what a parent says that needs no reaper any more.
const dismissed = "dismissed\n"

// known are the reapers that this program can be.
var known = map[string]bool{}

// RegisterReaper makes this program the reaper of that name, if that is what it was
// started as; else it does nothing. A package that starts reapers calls it from an
// init function, so that a program needs to do nothing for it. What last takes is
// the task that StartReaper was given.
func RegisterReaper(name string, last func(task string)) {
	known[name] = true
	if os.Getenv(envReaper) != name || os.Args[0] != reaperName {
		return
	}
	ignoreSignals()
	fmt.Println(childReady)
	if said, _ := io.ReadAll(os.Stdin); string(said) != dismissed {
		last(os.Getenv(envTask))
	}
	os.Exit(0)
}

// Reaper is a reaper as its parent sees it.
type Reaper struct{ child *child }

// StartReaper starts the reaper of that name. When it returns, it waits.
func StartReaper(name, task string) (*Reaper, error) {
	if !known[name] { // this program once more would be just that
		return nil, fmt.Errorf("start the reaper: this program has none called %q", name)
	}
	c, err := startSelf(reaperName, append(Environ(), envReaper+"="+name, envTask+"="+task))
	if err != nil {
		return nil, fmt.Errorf("start the reaper: %w", err)
	}
	return &Reaper{c}, nil
}

// Dismiss ends the reaper, which has nothing to do any more.
func (r *Reaper) Dismiss() error {
	_, err := io.WriteString(r.child.life, dismissed)
	if err := errors.Join(err, r.child.life.Close(), r.child.cmd.Wait()); err != nil {
		return fmt.Errorf("end the reaper: %w", err)
	}
	return nil
}
