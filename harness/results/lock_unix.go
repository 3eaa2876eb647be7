//go:build unix

package results

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// tryLock locks an open file against all others, or returns ErrLocked.
func tryLock(f *os.File) error {
	err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		return ErrLocked
	}
	return err
}
