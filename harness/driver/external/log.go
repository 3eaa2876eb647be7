package external

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// logFile is where a program's standard error goes, from where it is now.
type logFile struct {
	file *os.File
	from int64
	kept bool
}

// openLog opens the log of a runtime at its end, or a temporary file.
func openLog(dir, runtime string) (*logFile, error) {
	if dir == "" {
		f, err := os.CreateTemp("", "duet-client-*.log")
		return &logFile{file: f}, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(dir, runtime+".log"), os.O_CREATE|os.O_APPEND|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	from, err := f.Seek(0, io.SeekEnd)
	return &logFile{file: f, from: from, kept: true}, errors.Join(err)
}

func (l *logFile) close() {
	l.file.Close()
	if !l.kept {
		os.Remove(l.file.Name())
	}
}

// What is quoted of a log: enough to see why.
const (
	tailBytes = 4 << 10
	tailLines = 8
)

// tail is the end of what was written since the log was opened, for an error.
func (l *logFile) tail() string {
	info, err := l.file.Stat()
	if err != nil {
		return ""
	}
	text, _ := io.ReadAll(io.NewSectionReader(l.file, max(l.from, info.Size()-tailBytes), tailBytes))
	lines := strings.Split(strings.TrimSpace(strings.ToValidUTF8(string(text), "�")), "\n")
	if len(lines) > tailLines {
		lines = lines[len(lines)-tailLines:]
	}
	if len(lines) == 1 && lines[0] == "" {
		return ""
	}
	return fmt.Sprintf("; its standard error ends:\n  | %s", strings.Join(lines, "\n  | "))
}
