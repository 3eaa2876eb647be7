package results

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// tryLock locks an open file against all others, or returns ErrLocked. The byte
// that is locked lies beyond what is written, because nobody else could read it.
func tryLock(f *os.File) error {
	beyond := windows.Overlapped{Offset: 1 << 20}
	const how = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	err := windows.LockFileEx(windows.Handle(f.Fd()), how, 0, 1, 0, &beyond)
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return ErrLocked
	}
	return err
}

// SyncDir does nothing: Windows has no handle to a folder that could be synced; NTFS journals the
// rename.
func SyncDir(string) error { return nil }

// Modes are access lists there; a new file inherits its folder's.
func chmod(*os.File) error { return nil }
