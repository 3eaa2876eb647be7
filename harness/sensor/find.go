package sensor

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Wishes of a session.
const (
	Auto = "auto" // the first that works of Order
	None = "none"
)

// Opener is one way to sensors. Open's error says why there are none; it is for
// people to read.
type Opener struct {
	Name string
	Open func(ctx context.Context) (Source, error)
}

// Find opens the sensors that a session asked for: one of the openers by name,
// or for Auto the first that opens. why says in a few words what was chosen and
// what was not. Without sensors the source is nil: with None, and with Auto
// where nothing opens. Sensors that were asked for by name and are not there
// are an error.
func Find(ctx context.Context, wish string, openers []Opener) (s Source, why string, err error) {
	if wish == None {
		return nil, "as asked", nil
	}
	var refused []string
	for _, o := range openers {
		if wish != o.Name && wish != Auto && wish != "" {
			continue
		}
		s, err := o.Open(ctx)
		if err == nil {
			return s, strings.Join(append([]string{describe(s.Info())}, refused...), "; "), nil
		}
		if ctx.Err() != nil {
			return nil, "", context.Cause(ctx)
		}
		refused = append(refused, fmt.Sprintf("%s: %v", o.Name, err))
	}
	if why = strings.Join(refused, "; "); wish == Auto || wish == "" {
		return nil, why, nil
	}
	if !slices.ContainsFunc(openers, func(o Opener) bool { return o.Name == wish }) {
		why = "not here"
	}
	return nil, "", fmt.Errorf("telemetry: %w", errors.New(why))
}

// describe is a source in a few words.
func describe(i Info) string {
	var names []string
	for _, d := range i.Devices {
		names = append(names, d.Name)
	}
	out := strings.Join(slices.Compact(names), ", ")
	if n := len(i.Devices); n != 1 {
		out = fmt.Sprintf("%d devices: %s", n, out)
	}
	if i.Driver != "" {
		out += ", driver " + i.Driver
	}
	return out
}

var registered []Opener

// Register makes sensors available to Openers; the best come first. Packages call
// it when they are imported.
func Register(o Opener) { registered = append(registered, o) }

// Openers are those that were registered.
func Openers() []Opener { return registered }
