package external

import (
	"os"
	"path/filepath"

	"github.com/chimeraforge/duet/internal/procgroup"
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
	f, from, err := procgroup.OpenLog(filepath.Join(dir, runtime+".log"))
	return &logFile{file: f, from: from, kept: true}, err
}

func (l *logFile) close() {
	l.file.Close()
	if !l.kept {
		os.Remove(l.file.Name())
	}
}

// tail is the end of what was written since the log was opened, for an error.
func (l *logFile) tail() string {
	text, err := procgroup.Tail(l.file.Name(), l.from)
	if err != nil || text == "" {
		return ""
	}
	return "; its standard error ends:\n" + text
}
