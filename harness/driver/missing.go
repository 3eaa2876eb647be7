package driver

import "fmt"

// Missing is the error for a runtime that this machine cannot run.
type Missing struct {
	Runtime string
	Why     string
	Install string // the command that gets it
}

func (m *Missing) Error() string {
	return fmt.Sprintf("%s: %s; to get it: %s", m.Runtime, m.Why, m.Install)
}
