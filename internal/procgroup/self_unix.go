//go:build unix && !linux

package procgroup

import "os"

// self is this program.
func self() (string, error) { return os.Executable() }
