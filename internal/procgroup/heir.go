package procgroup

import (
	"errors"
	"fmt"
	"io"
	"os"
)

// An heir is this program once more, as a child that does nothing until its
// parent is gone and then one thing: what the parent would have done itself had
// it ended as it meant to. A keeper is enough for what is in a process group. An
// heir is for what is not: containers, which belong to an engine.
const (
	envHeir  = "DUET_PROCESS_HEIR" // which one
	envWill  = "DUET_PROCESS_WILL" // what it is told
	heirName = "duet-heir"
)

// revoked is what a parent says that needs no heir any more.
const revoked = "revoked\n"

// known are the heirs that this program can be.
var known = map[string]bool{}

// Heir makes this program the heir of that name, if that is what it was started
// as; else it does nothing. A package that has wills calls it from an init
// function, so that a program needs to do nothing for it. What last takes is
// the will's text.
func Heir(name string, last func(will string)) {
	known[name] = true
	if os.Getenv(envHeir) != name || os.Args[0] != heirName {
		return
	}
	ignoreSignals()
	fmt.Println(keeperReady)
	if said, _ := io.ReadAll(os.Stdin); string(said) != revoked {
		last(os.Getenv(envWill))
	}
	os.Exit(0)
}

// Will is an heir as its parent sees it.
type Will struct{ child *child }

// Bequeath starts the heir of that name. When it returns the will is in force.
func Bequeath(name, will string) (*Will, error) {
	if !known[name] { // this program once more would be just that
		return nil, fmt.Errorf("start the heir: this program has none called %q", name)
	}
	c, err := startSelf(heirName, append(Environ(), envHeir+"="+name, envWill+"="+will))
	if err != nil {
		return nil, fmt.Errorf("start the heir: %w", err)
	}
	return &Will{c}, nil
}

// Revoke ends the heir, who has nothing to do any more.
func (w *Will) Revoke() error {
	_, err := io.WriteString(w.child.life, revoked)
	if err := errors.Join(err, w.child.life.Close(), w.child.cmd.Wait()); err != nil {
		return fmt.Errorf("end the heir: %w", err)
	}
	return nil
}
