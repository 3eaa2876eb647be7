package procgroup

import (
	"io"
	"os"
	"strings"
)

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
