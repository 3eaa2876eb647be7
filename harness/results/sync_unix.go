//go:build !windows

package results

import "os"

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
