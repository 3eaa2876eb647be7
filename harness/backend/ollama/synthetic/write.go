package synthetic

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/ollama/ollama/fs/ggml"
)

// Write makes DIR/NAME.gguf and returns its path and its SHA-256 in hex. A file
// that is there with the right content is left alone; a new one appears under
// its name only once it is whole. Names lists the names.
func Write(dir, name string) (path, sum string, err error) {
	s, err := parse(name)
	if err != nil {
		return "", "", err
	}
	path = filepath.Join(dir, s.name+".gguf")
	if sum, err = fileSum(path); err == nil && sum == digests[s.name] {
		return path, sum, nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", "", fmt.Errorf("write %s: %w", s.name, err)
	}
	sum, err = s.write(path)
	if err != nil {
		return "", "", fmt.Errorf("write %s: %w", s.name, err)
	}
	return path, sum, nil
}

// write makes the file beside its place and moves it there. It does not compare
// the digest: what was just made is right by definition, and a digest that
// changed is for the test to find.
func (s spec) write(path string) (sum string, err error) {
	f, err := os.CreateTemp(filepath.Dir(path), s.name+".*.part")
	if err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	kv, tensors := s.gguf()
	err = ggml.WriteGGUF(f, kv, tensors)
	if err = errors.Join(err, f.Chmod(0o644), f.Close()); err != nil {
		return "", err
	}
	if sum, err = fileSum(f.Name()); err != nil {
		return "", err
	}
	return sum, os.Rename(f.Name(), path)
}

func fileSum(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
