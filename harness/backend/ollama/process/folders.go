package process

import (
	"fmt"
	"os"
	"path/filepath"
)

// home is the folder Ollama may write its key into: the user's, or a temporary
// one where there is none or it is read-only.
func (b *Backend) home() (string, error) {
	home, err := os.UserHomeDir()
	if err == nil && writable(filepath.Join(home, ".ollama")) {
		return home, nil
	}
	return b.temporary("home")
}

// writable reports whether a file can be made in dir, or dir itself if missing.
func writable(dir string) bool {
	if _, err := os.Stat(dir); err != nil {
		dir = filepath.Dir(dir)
	}
	f, err := os.CreateTemp(dir, ".duet-*")
	if err != nil {
		return false
	}
	f.Close()
	return os.Remove(f.Name()) == nil
}

func (b *Backend) logDir() (string, error) {
	if b.cfg.LogDir == "" {
		return b.temporary("logs")
	}
	dir, err := filepath.Abs(b.cfg.LogDir)
	if err != nil {
		return "", err
	}
	return dir, os.MkdirAll(dir, 0o755)
}

// temporary makes a folder that Close removes.
func (b *Backend) temporary(name string) (string, error) {
	if b.scratch == "" {
		dir, err := os.MkdirTemp("", "duet-process-")
		if err != nil {
			return "", fmt.Errorf("temporary folder: %w", err)
		}
		b.scratch = dir
	}
	dir := filepath.Join(b.scratch, name)
	return dir, os.MkdirAll(dir, 0o755)
}

// models is the folder in which a server looks for its models.
func (c Config) models(home, id string) string {
	dir := c.ModelsDir
	if dir == "" {
		dir = os.Getenv("OLLAMA_MODELS")
	}
	if dir == "" {
		dir = filepath.Join(home, ".ollama", "models")
	}
	if c.Separate {
		dir = filepath.Join(dir, id)
	}
	return dir
}
