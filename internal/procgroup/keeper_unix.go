//go:build unix

package procgroup

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// A program is a keeper when it has both the variable envKeeper and this name, so that
// neither set by accident makes one.
const keeperName = "duet-keeper"

// orphanGrace is the time between SIGTERM and SIGKILL when the parent is gone.
// Ollama needs 10 ms to end.
const orphanGrace = time.Second

func init() {
	if os.Getenv(envKeeper) != "" && os.Args[0] == keeperName {
		keep()
		os.Exit(0)
	}
}

// keep is the keeper: it leads a process group, says so, waits for the end of
// its standard input, which is the end of its parent, and ends the group and so
// itself. Its parent ends it by killing the group.
func keep() {
	ignoreSignals()
	fmt.Println(keeperReady)
	io.Copy(io.Discard, os.Stdin)
	syscall.Kill(0, syscall.SIGTERM)
	time.Sleep(orphanGrace)
	syscall.Kill(0, syscall.SIGKILL)
}

// keeper is the keeper as its parent sees it.
type keeper struct {
	cmd  *exec.Cmd
	life io.WriteCloser // never written to; its end is the parent's end
}

func startKeeper() (*keeper, error) {
	path, err := self()
	if err != nil {
		return nil, fmt.Errorf("start the keeper: %w", err)
	}
	cmd := exec.Command(path)
	cmd.Args[0] = keeperName
	cmd.Env = append(os.Environ(), envKeeper+"=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	life, inErr := cmd.StdinPipe()
	out, outErr := cmd.StdoutPipe()
	if err := errors.Join(inErr, outErr, cmd.Start()); err != nil {
		return nil, fmt.Errorf("start the keeper: %w", err)
	}
	k := &keeper{cmd: cmd, life: life}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != keeperReady+"\n" {
		cmd.Process.Kill()
		k.reap()
		return nil, fmt.Errorf("start the keeper: %s did not become one, but said %q: %w", path, line, err)
	}
	return k, nil
}

// reap waits for a keeper that was killed.
func (k *keeper) reap() {
	k.life.Close()
	k.cmd.Wait() // its status is that of a killed process
}
