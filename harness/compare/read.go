package compare

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
)

// Read reads a path: a results folder with one session in it, a session, a part of one, a
// metrics.json, or a file of benchmark lines.
func Read(path string) (*Side, error) {
	read := readRuns
	if IsText(path) {
		read = readText
	}
	side, err := read(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s: no such file or folder", path)
	case err != nil:
		return nil, err
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
		side.cell(observed(c.Suite, plan.FullName(c.Suite, c.Cell), c.Cell))
	}
	side.Sort()
	return side
}

func readText(path string) (*Side, error) {
	data, err := content(path)
	if err != nil {
		return nil, err
	}
	return FromText(bytes.NewReader(data), path)
}

// FromText reads benchmark lines until the end of in; name is the file in
// messages.
func FromText(in io.Reader, name string) (*Side, error) {
	var r Reader
	if err := r.Read(in, name); err != nil {
		return nil, err
	}
	if r.Lines() == 0 {
		return nil, fmt.Errorf("no benchmark lines found in %s", name)
	}
	side := &Side{Name: name, Label: r.Label(), Backend: r.Backends(), Text: true, Unread: r.Errors}
	if r.More > 0 {
		side.Unread = append(side.Unread, fmt.Errorf("%s: %d more lines", name, r.More))
	}
	r.tellProcessors()
	under := map[string]string{} // configuration by cell
	for _, s := range r.order {
		var config []string
		for _, c := range s.config {
			config = append(config, c.Name+": "+c.Value)
		}
		all := strings.Join(config, ", ")
		if before, ok := under[s.name]; ok && before != all {
			return nil, fmt.Errorf("%s: Benchmark%s stands under two configurations (%s and %s), which are not repetitions of one thing", name, s.name, before, all)
		}
		under[s.name] = all
		addSeries(side, &r, s)
	}
	side.Sort()
	return side, nil
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
	if procs := valueOf(s.keys, procsKey); procs != "" {
		side.Know(procsKey, procs)
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
