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

// SyncDir makes a rename in dir survive a power cut. File systems that cannot
// sync a folder say so with an error that is not ours to fix.
func SyncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	_ = d.Sync()
	return d.Close()
}

func chmod(f *os.File) error { return f.Chmod(0o644) }
