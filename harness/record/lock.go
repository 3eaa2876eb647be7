package record

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/shirou/gopsutil/v4/process"
)

// ErrLocked is returned for a session that another process is measuring.
var ErrLocked = errors.New("session is being measured by another process")

const lockName = "session.lock"

// owner identifies a process beyond the reuse of its number.
type owner struct {
	PID     int   `json:"pid"`
	Created int64 `json:"created_ms"`
}

func self() owner {
	o := owner{PID: os.Getpid()}
	o.Created, _ = created(o.PID)
	return o
}

func created(pid int) (int64, error) {
	p, err := process.NewProcess(int32(pid))
	if err != nil {
		return 0, err
	}
	return p.CreateTime()
}

// alive reports whether the process that wrote a lock still runs.
func (o owner) alive() bool {
	at, err := created(o.PID)
	// The start time is computed from clock ticks since boot, so allow for rounding.
	return err == nil && o.PID > 0 && at-o.Created < 2000 && o.Created-at < 2000
}

// lock makes the session ours; a lock left by a killed process is taken over.
func lock(dir string) error {
	path := filepath.Join(dir, lockName)
	for range 3 {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
		if err == nil {
			return errors.Join(json.NewEncoder(f).Encode(self()), f.Close())
		}
		if !errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("lock session: %w", err)
		}
		if holder, ok := holder(dir); ok {
			return fmt.Errorf("%w (pid %d)", ErrLocked, holder.PID)
		}
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("take over stale lock: %w", err)
		}
	}
	return ErrLocked
}

// holder returns the living process that holds a session's lock.
func holder(dir string) (owner, bool) {
	b, err := os.ReadFile(filepath.Join(dir, lockName))
	if err != nil {
		return owner{}, false
	}
	var o owner
	return o, json.Unmarshal(b, &o) == nil && o.alive()
}

func unlock(dir string) error { return os.Remove(filepath.Join(dir, lockName)) }
