package results

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/chimeraforge/duet/harness/record"
)

// WriteRun writes a run into its place in the session folder and returns the
// path of its metrics.json. A failed run is written like any other.
func WriteRun(sessionDir string, r *record.Run) (string, error) {
	if r.Schema != record.Schema {
		return "", fmt.Errorf("write run: schema %q; this version writes %q", r.Schema, record.Schema)
	}
	dir, err := RunDir(sessionDir, r.Cell.ID, r.RunNumber)
	if err != nil {
		return "", fmt.Errorf("write run: %w", err)
	}
	data, err := Encode(r)
	if err != nil {
		return "", fmt.Errorf("write run %d of %s: %w", r.RunNumber, r.Cell.ID, err)
	}
	path := filepath.Join(dir, MetricsFile)
	if err := WriteFile(path, data); err != nil {
		return "", fmt.Errorf("write run: %w", err)
	}
	return path, nil
}

// WriteFile writes a file so that it appears whole or not at all, and makes its
// folder. The temporary file lies in the same folder, because a rename is
// atomic only within one file system.
func WriteFile(path string, data []byte) (err error) {
	dir := filepath.Dir(path)
	if err := makeFolder(dir); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	if err := fill(f, data); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return SyncDir(dir)
}

// makeFolder makes a folder and those it lies in, so that they survive a power cut:
// a file that was synced in a folder that was not is gone with it.
func makeFolder(dir string) error {
	parents := missing(dir)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, p := range parents {
		if err := SyncDir(p); err != nil {
			return err
		}
	}
	return nil
}

// missing lists the folders in which making dir makes another, the outermost first.
func missing(dir string) (parents []string) {
	for {
		if _, err := os.Stat(dir); err == nil || dir == filepath.Dir(dir) {
			slices.Reverse(parents)
			return parents
		}
		dir = filepath.Dir(dir)
		parents = append(parents, dir)
	}
}

// fill writes, syncs and closes f. CreateTemp's mode is for secrets; results
// are for everyone.
func fill(f *os.File, data []byte) error {
	_, err := f.Write(data)
	if err == nil {
		err = chmod(f)
	}
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}
