package process

import (
	"fmt"
	"io"
	"os"
	"strings"
)

// What is quoted of a log: enough to see why, not so much that it hides it.
const (
	tailBytes = 8 << 10
	tailLines = 12
)

// appendTo opens a log at its end, and says where that is.
func appendTo(path string) (*os.File, int64, error) {
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

// tail is the end of a log, of what was written since from, as an error quotes
// it.
func tail(path string, from int64) string {
	text, err := readEnd(path, from)
	if err != nil {
		return fmt.Sprintf("(%v)", err)
	}
	lines := strings.Split(strings.TrimSpace(text), "\n")
	if len(lines) > tailLines {
		lines = lines[len(lines)-tailLines:]
	}
	if text = strings.Join(lines, "\n  | "); text == "" {
		text = "(empty)"
	}
	return fmt.Sprintf("the end of %s:\n  | %s", path, text)
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

// portTaken recognises in a log the reason that calls for another port, as
// Unix and Windows word it.
func portTaken(log string) bool {
	return strings.Contains(log, "address already in use") ||
		strings.Contains(log, "Only one usage of each socket address")
}
