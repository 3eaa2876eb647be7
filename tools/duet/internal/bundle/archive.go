package bundle

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// root is the folder that an archive unpacks to.
const root = "duet-bundle"

// archive writes dir as a compressed archive and returns its size. It appears
// under its name once it is whole.
func archive(path, dir string, modified time.Time) (size int64, err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".duet-bundle-*")
	if err != nil {
		return 0, err
	}
	defer os.Remove(f.Name()) // it is not there any more once it has its name
	z := gzip.NewWriter(f)
	t := tar.NewWriter(z)
	err = pack(t, dir, modified)
	err = errors.Join(err, t.Close(), z.Close(), f.Chmod(0o644))
	size, seekErr := f.Seek(0, io.SeekEnd)
	if err = errors.Join(err, seekErr, f.Close()); err != nil {
		return 0, err
	}
	return size, os.Rename(f.Name(), path)
}

// pack adds dir's files in the order of their names.
func pack(t *tar.Writer, dir string, modified time.Time) error {
	return filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		h := &tar.Header{Name: root + "/" + filepath.ToSlash(name), Mode: int64(info.Mode().Perm()), Size: info.Size(), ModTime: modified, Format: tar.FormatPAX}
		if err := t.WriteHeader(h); err != nil {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		_, err = io.Copy(t, f)
		return errors.Join(err, f.Close())
	})
}
