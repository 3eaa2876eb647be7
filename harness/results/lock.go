package results

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// ErrLocked is returned for a session that another process is measuring.
var ErrLocked = errors.New("session is being measured by another process")

const lockName = "session.lock"

// owner is what a lock file says, for people: what holds the lock is the
// system, which lets it go when the process ends in whatever way.
type owner struct {
	PID int `json:"pid"`
}

// lock makes a session ours until unlock.
func lock(dir string) (*os.File, error) {
	path := filepath.Join(dir, lockName)
	for range 10 {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
		if err != nil {
			return nil, fmt.Errorf("lock session: %w", err)
		}
		if err := tryLock(f); err != nil {
			return nil, errors.Join(locked(f, err), f.Close())
		}
		if still(f, path) {
			return f, sign(f)
		}
		if err := f.Close(); err != nil { // its owner removed it just now
			return nil, fmt.Errorf("lock session: %w", err)
		}
	}
	return nil, ErrLocked
}

// still reports whether an open file is the one at a path.
func still(f *os.File, path string) bool {
	mine, err := f.Stat()
	if err != nil {
		return false
	}
	there, err := os.Stat(path)
	return err == nil && os.SameFile(mine, there)
}

// sign writes who holds a lock into it.
func sign(f *os.File) error {
	if err := f.Truncate(0); err != nil {
		return fmt.Errorf("lock session: %w", err)
	}
	return json.NewEncoder(f).Encode(owner{os.Getpid()})
}

// locked is the error for a lock that somebody else holds.
func locked(f *os.File, err error) error {
	if !errors.Is(err, ErrLocked) {
		return fmt.Errorf("lock session: %w", err)
	}
	text, _ := io.ReadAll(f)
	var o owner
	if json.Unmarshal(text, &o) != nil || o.PID == 0 {
		return ErrLocked // it is being signed
	}
	return fmt.Errorf("%w (pid %d)", ErrLocked, o.PID)
}

// unlock gives a session free. The file goes first, where a system lets go of an
// open one, so that nobody locks a file that is about to go.
func unlock(f *os.File) error {
	if os.Remove(f.Name()) == nil {
		return f.Close()
	}
	err := f.Close()
	_ = os.Remove(f.Name()) // somebody who has locked it by now keeps it
	return err
}
