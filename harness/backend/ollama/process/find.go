package process

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
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

// ModelsDir is the folder of models that is asked for, or else the user's.
func ModelsDir(asked, home string) string {
	return cmp.Or(asked, os.Getenv("OLLAMA_MODELS"), filepath.Join(home, ".ollama", "models"))
}

// models is the folder in which a server looks for its models.
func (c Config) models(home, id string) string {
	dir := ModelsDir(c.ModelsDir, home)
	if c.Separate {
		dir = filepath.Join(dir, id)
	}
	return dir
}

// firstPort is Ollama's own; the study's second server had the next one.
const firstPort = 11434

// usualPorts are n ports from the first on; tests have others.
var usualPorts = func(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = firstPort + i
	}
	return out
}

// ports chooses where the servers listen: where the caller says, or where the
// study had them, or anywhere. A port is chosen by listening on it for a
// moment, so another program can still take it before the server does.
func (c Config) ports() ([]int, error) {
	if c.Ports != nil {
		return c.Ports, allFree(c.Ports)
	}
	usual := usualPorts(len(c.Servers))
	if allFree(usual) == nil {
		return usual, nil
	}
	return anyPorts(len(c.Servers))
}

// retriable reports whether other ports may be tried after a failure.
func (c Config) retriable() bool { return c.Ports == nil }

func allFree(ports []int) error {
	var err error
	for i, p := range ports {
		if slices.Contains(ports[:i], p) {
			err = errors.Join(err, fmt.Errorf("port %d is given twice", p))
			continue
		}
		l, listenErr := listen(p)
		if listenErr != nil {
			err = errors.Join(err, fmt.Errorf("port %d is not free: %w", p, listenErr))
			continue
		}
		l.Close()
	}
	return err
}

// anyPorts are n free ports, all different because all are held at once.
func anyPorts(n int) ([]int, error) {
	var ports []int
	for range n {
		l, err := listen(0)
		if err != nil {
			return nil, fmt.Errorf("no free port: %w", err)
		}
		defer l.Close()
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports, nil
}

func listen(port int) (net.Listener, error) {
	var lc net.ListenConfig
	return lc.Listen(context.Background(), "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
}

// FreePorts are ports for n servers that are nobody's: not the usual ones, which
// another program may look for a server on.
func FreePorts(n int) ([]int, error) { return anyPorts(n) }
