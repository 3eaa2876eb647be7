package process

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// Version is the release of Ollama that duet builds and is tested with.
const Version = "0.17.4"

// EnvBinary names the ollama program to use.
const EnvBinary = "DUET_OLLAMA"

// Find looks for the ollama program: where DUET_OLLAMA says, on PATH, then in
// the cache folder where "make test" builds it. how says which of them it was.
func Find() (path, how string, err error) {
	if p := os.Getenv(EnvBinary); p != "" {
		return p, "$" + EnvBinary, executable(p)
	}
	if p, err := exec.LookPath("ollama"); err == nil {
		return p, "PATH", nil
	}
	cached, err := CachePath()
	if err == nil && executable(cached) == nil {
		return cached, "cache", nil
	}
	return "", "", fmt.Errorf("no ollama: neither $%s nor PATH nor the cache folder has one; "+
		"install it (https://ollama.com/download) or build it with 'make test'", EnvBinary)
}

// CachePath is where "make test" puts the ollama that it builds:
// duet/ollama/v0.17.4/ollama in the user's cache folder.
func CachePath() (string, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no cache folder for ollama: %w", err)
	}
	name := "ollama"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return filepath.Join(dir, "duet", "ollama", "v"+Version, name), nil
}

func executable(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("$%s: %w", EnvBinary, err)
	}
	if info.IsDir() || runtime.GOOS != "windows" && info.Mode()&0o111 == 0 {
		return fmt.Errorf("$%s=%s is not a program", EnvBinary, path)
	}
	return nil
}
