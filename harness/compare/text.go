package compare

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf16"

	"github.com/chimeraforge/duet/harness/results"
)

// Stdin is the path that means standard input.
const Stdin = "-"

// once keeps what can be read only once: standard input, and the pipes of <(…).
var once sync.Map

// content is what a file holds, as it is.
func content(path string) ([]byte, error) {
	if known, ok := once.Load(path); ok {
		return known.([]byte), nil
	}
	f := os.Stdin
	if path != Stdin {
		var err error
		if f, err = os.Open(path); err != nil {
			return nil, err
		}
		defer f.Close()
	}
	data, err := io.ReadAll(f)
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err == nil && !info.Mode().IsRegular() {
		once.Store(path, data)
	}
	return data, nil
}

// IsText reports whether a file has benchmark lines. What cannot be read is
// none: the reader of runs says why.
func IsText(path string) bool {
	if filepath.Base(path) == results.MetricsFile {
		return false
	}
	if info, err := os.Stat(path); path != Stdin && (err != nil || info.IsDir()) {
		return false
	}
	data, err := content(path)
	return err == nil && (hasLines(data) || hasLines(plain(data)))
}

func hasLines(data []byte) bool {
	return bytes.HasPrefix(data, []byte("Benchmark")) || bytes.Contains(data, []byte("\nBenchmark"))
}

// File reads the benchmark lines of a file, or of standard input.
func (r *Reader) File(path string) error {
	data, err := content(path)
	if err != nil {
		return err
	}
	return r.Read(bytes.NewReader(data), path)
}

// plain undoes what terminals, shells and tools do to the text of go test: UTF-16
// and byte order marks (PowerShell's >), colours, the line ends of other systems,
// go test -json, and lines of a log that are longer than a reader of lines takes.
func plain(data []byte) []byte {
	data = bytes.TrimPrefix(fromUTF16(data), []byte("\xef\xbb\xbf"))
	data = fromJSON(data)
	data = escapes.ReplaceAll(data, nil)
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	data = bytes.ReplaceAll(data, []byte("\r"), []byte("\n"))
	return longLines(data)
}

var escapes = regexp.MustCompile("\x1b\\[[0-9;?]*[ -/]*[@-~]")

// fromUTF16 goes by the mark at the beginning, or by zeros between ASCII letters.
func fromUTF16(data []byte) []byte {
	if len(data) < 4 {
		return data
	}
	var low int
	switch {
	case data[0] == 0xff && data[1] == 0xfe, data[0] != 0 && data[1] == 0 && data[2] != 0 && data[3] == 0:
		low = 0
	case data[0] == 0xfe && data[1] == 0xff, data[0] == 0 && data[1] != 0 && data[2] == 0 && data[3] != 0:
		low = 1
	default:
		return data
	}
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = uint16(data[2*i+low]) | uint16(data[2*i+1-low])<<8
	}
	return []byte(strings.TrimPrefix(string(utf16.Decode(units)), "\ufeff"))
}

// fromJSON is the text in the events of go test -json, by package: packages run
// side by side, and the name of a benchmark comes in another event than its values.
func fromJSON(data []byte) []byte {
	if !bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) || !bytes.Contains(data, []byte(`"Action":`)) {
		return data
	}
	var order []string
	text := map[string]*bytes.Buffer{}
	for line := range bytes.Lines(data) {
		var event struct{ Action, Package, Output string }
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		if json.Unmarshal(line, &event) != nil {
			return data
		}
		if text[event.Package] == nil {
			text[event.Package] = &bytes.Buffer{}
			order = append(order, event.Package)
		}
		text[event.Package].WriteString(event.Output)
	}
	var out []byte
	for _, name := range order {
		out = append(out, text[name].Bytes()...)
	}
	return out
}

// longest is how long a line the reader of benchmark lines takes.
const longest = 60 << 10

// longLines cuts what no result can be.
func longLines(data []byte) []byte {
	if !slices.ContainsFunc(slices.Collect(bytes.Lines(data)), func(line []byte) bool { return len(line) > longest }) {
		return data
	}
	var out []byte
	for line := range bytes.Lines(data) {
		if len(line) > longest {
			line = append(slices.Clone(line[:longest/2]), '\n')
		}
		out = append(out, line...)
	}
	return out
}

// went are the lines with which go test says that something did not end well, the
// most telling first: one is followed by the others.
var went = []*regexp.Regexp{
	regexp.MustCompile(`^\s*--- FAIL: .*`), regexp.MustCompile(`^panic: .*`), regexp.MustCompile(`^(FAIL(\s.*)?|exit status [1-9].*)$`),
}

// failures are the lines of a text that say so, of the first kind that there is.
func failures(name string, data []byte) (out []error) {
	for _, kind := range went {
		n := 0
		for line := range bytes.Lines(data) {
			n++
			if line = bytes.TrimRight(line, "\n"); kind.Match(line) {
				out = append(out, fmt.Errorf("%s:%d: %s: what it measured may be missing from these lines, and a failure is no result", name, n, bytes.TrimSpace(line)))
			}
		}
		if len(out) > 0 {
			break
		}
	}
	return out
}
