// Package procgroup starts programs in groups that end whole: a group's
// processes, and whatever they start, are gone when it is killed, and also when
// the program that made it ends by any means, kill -9 included.
//
// On Unix a group is a process group led by a guard, this program's own binary
// under another name, which notices the end of its parent. So a program that
// imports this package can be started as a guard, and becomes one in init. On
// Windows a group is a job object, which the system ends.
//
// For what no group can hold there is a reaper (StartReaper): a child that does one
// last thing when this program is gone, however it ended.
package procgroup

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
)

// envGuard makes a program a guard, on Unix.
const envGuard = "DUET_PROCESS_GUARD"

// childReady is what a guard or a reaper says once signals no longer end it.
const childReady = "keeping"

// Environ is os.Environ for a program that is started in a group.
func Environ() []string {
	return slices.DeleteFunc(os.Environ(), func(kv string) bool {
		name, _, _ := strings.Cut(kv, "=")
		return name == envGuard || name == envReaper || name == envTask
	})
}

// child is this program once more, as a guard or a reaper.
type child struct {
	cmd  *exec.Cmd
	life io.WriteCloser // its end is the parent's end
}

// startSelf starts this program under a name, even when its file was replaced or
// deleted meanwhile, as "go test" does with a test binary.
func startSelf(name string, env []string) (*child, error) {
	path, err := os.Executable()
	if runtime.GOOS == "linux" {
		path, err = "/proc/self/exe", nil
	}
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(path)
	cmd.Args[0], cmd.Env = name, env
	apart(cmd)
	life, inErr := cmd.StdinPipe()
	out, outErr := cmd.StdoutPipe()
	if err := errors.Join(inErr, outErr, cmd.Start()); err != nil {
		return nil, err
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != childReady+"\n" {
		return nil, errors.Join(fmt.Errorf("%s did not become one, but said %q: %w", path, line, err), cmd.Process.Kill(), life.Close(), cmd.Wait())
	}
	return &child{cmd, life}, nil
}

// What is quoted of a log: enough to see why, not so much that it hides it.
const (
	tailBytes = 8 << 10
	TailLines = 12 // at most
)

// OpenLog opens a log at its end, and says where that is.
func OpenLog(path string) (*os.File, int64, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, 0, err
	}
	return f, info.Size(), nil
}

// Tail is the end of a log, of what was written since from, one line below the
// other as an error quotes it; "" where nothing was.
func Tail(path string, from int64) (string, error) {
	text, err := readEnd(path, from)
	if text = strings.TrimSpace(strings.ToValidUTF8(text, "\uFFFD")); err != nil || text == "" {
		return "", err
	}
	lines := strings.Split(text, "\n")
	if len(lines) > TailLines {
		lines = lines[len(lines)-TailLines:]
	}
	return "  | " + strings.Join(lines, "\n  | "), nil
}

// readEnd reads the last tailBytes of a file, but nothing before from.
func readEnd(path string, from int64) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	from = max(from, info.Size()-tailBytes)
	text, err := io.ReadAll(io.NewSectionReader(f, from, tailBytes))
	return string(text), err
}
