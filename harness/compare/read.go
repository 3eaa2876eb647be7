package compare

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
)

// Side is one side, and how it was read.
type Loaded struct {
	*Side
	Unread []error // files or lines that could not be read; the rest is there
}

// Read reads a path: a results folder with one session in it, a session, a part of one, a
// metrics.json, or a file of benchmark lines.
func Read(path string) (Loaded, error) {
	read := readRuns
	if IsText(path) {
		read = readText
	}
	side, err := read(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Loaded{}, fmt.Errorf("%s: no such file or folder", path)
	case err != nil:
		return Loaded{}, err
	}
	side.Name = path
	side.Sort()
	return side, nil
}

// Planned is the side of cells that are yet to be measured on a backend: their
// names, and every metric that a run can have.
func Planned(name string, b record.Backend, cells []plan.Cell) *Side {
	side := &Side{Name: name, Backend: label(b)}
	know(side)
	for _, c := range cells {
		side.Expect(observed(c.Suite, plan.FullName(c.Suite, c.Cell), c.Cell))
	}
	side.Sort()
	return side
}

// preamble is how far into a file its first benchmark line may stand.
const preamble = 1 << 20

// IsText reports whether a file has benchmark lines. What cannot be read is
// none: the reader of runs says why.
func IsText(path string) bool {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || filepath.Base(path) == results.MetricsFile {
		return false
	}
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	start, _ := io.ReadAll(io.LimitReader(f, preamble)) // what there is decides
	return bytes.HasPrefix(start, []byte("Benchmark")) || bytes.Contains(start, []byte("\nBenchmark"))
}

// readText reads a file of benchmark lines.
func readText(path string) (Loaded, error) {
	f, err := os.Open(path)
	if err != nil {
		return Loaded{}, err
	}
	defer f.Close()
	side, unread, err := FromText(bufio.NewReaderSize(f, 1<<20), path)
	return Loaded{Side: side, Unread: unread}, err
}

// FromText reads benchmark lines until the end of in; name is the file in
// messages. Bad lines are in unread.
func FromText(in io.Reader, name string) (side *Side, unread []error, err error) {
	var r Reader
	if err := r.Read(in, name); err != nil {
		return nil, nil, err
	}
	unread = r.Errors
	if r.More > 0 {
		unread = append(unread, fmt.Errorf("%s: %d more lines", name, r.More))
	}
	if r.Lines() == 0 {
		return nil, unread, fmt.Errorf("no benchmark lines found in %s", name)
	}
	side = &Side{Name: name, Label: r.Label(), Backend: r.Backends(), Text: true}
	under := map[string]string{} // configuration by cell
	for _, s := range r.Series() {
		config := configOf(s)
		if before, again := under[s.Name]; again && before != config {
			return nil, unread, fmt.Errorf("%s: Benchmark%s stands under two configurations (%s and %s), which are not repetitions of one thing", name, s.Name, before, config)
		}
		under[s.Name] = config
		addSeries(side, &r, s)
	}
	side.Sort()
	return side, unread, nil
}

func configOf(s Series) string {
	var out []string
	for _, c := range s.Config {
		out = append(out, c.Key+": "+c.Value)
	}
	return strings.Join(out, ", ")
}

// addSeries adds a benchmark's lines; each is an observation, but only their
// number and their values are known any more.
func addSeries(side *Side, r *Reader, s Series) {
	for _, u := range s.Units {
		side.Metric(u, r.Better(u))
	}
	for _, c := range s.Config {
		if c.Key != "pkg" {
			side.Know(c.Key, c.Value)
		}
	}
	keys := []Key{{Name: "suite", Value: strings.ToLower(s.Base)}}
	for _, k := range s.Keys {
		keys = append(keys, Key{Name: k.Key, Value: k.Value})
	}
	for i := range s.Lines {
		o := Observation{Cell: s.Name, Keys: keys}
		for k, u := range s.Units {
			if i < len(s.Values[k]) {
				o.Values = append(o.Values, Value{Unit: u, Amount: s.Values[k][i]})
			}
		}
		side.Add(o)
	}
}
