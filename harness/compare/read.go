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
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
)

// Loaded is one side, and how it was read.
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
	for _, s := range r.order {
		var config []string
		for _, c := range s.config {
			config = append(config, c.Name+": "+c.Value)
		}
		all := strings.Join(config, ", ")
		if before, ok := under[s.name]; ok && before != all {
			return nil, unread, fmt.Errorf("%s: Benchmark%s stands under two configurations (%s and %s), which are not repetitions of one thing", name, s.name, before, all)
		}
		under[s.name] = all
		addSeries(side, &r, s)
	}
	side.Sort()
	return side, unread, nil
}

// addSeries adds a benchmark's lines; each is an observation, but only their
// number and their values are known any more.
func addSeries(side *Side, r *Reader, s *series) {
	for _, u := range s.units {
		side.Metric(u, r.better(u))
	}
	for _, c := range s.config {
		if c.Name != "pkg" {
			side.Know(c.Name, c.Value)
		}
	}
	keys := []Key{{"suite", strings.ToLower(s.base)}}
	keys = append(keys, slices.DeleteFunc(slices.Clone(s.keys), func(k Key) bool { return k.Name == procsKey })...)
	for i := range s.lines {
		o := Observation{Cell: s.name, Keys: keys}
		for k, u := range s.units {
			if i < len(s.values[k]) {
				o.Values = append(o.Values, Value{Unit: u, Amount: s.values[k][i]})
			}
		}
		side.Add(o)
	}
}
