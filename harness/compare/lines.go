package compare

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/perf/benchfmt"
)

// mostErrors is how many bad lines are told one by one: a file of another kind
// may consist of them.
const mostErrors = 100

// ErrNone is returned for input without a benchmark line.
var ErrNone = errors.New("no benchmark lines")

// Reader collects lines of one or more files. The zero Reader is ready to use.
type Reader struct {
	Errors []error // bad lines, as file:line: what is wrong; the first 100 of them
	More   int     // bad lines beyond those

	series  map[string]*series
	order   []*series // by first appearance
	reading *benchfmt.Reader
	key     []byte
}

// series is the values of one benchmark under one configuration.
type series struct {
	name   name
	config []pair
	units  []string
	values [][]float64 // by unit
	lines  int
}

// pair is a key with its value.
type pair struct{ key, value string }

// Read reads benchmark lines until the end of in; name is the file in messages.
// Lines that are not benchmark lines are nothing to it. The error is one of
// reading, or ErrNone; bad lines are in r.Errors.
func (r *Reader) Read(in io.Reader, name string) error {
	if r.reading == nil {
		r.reading, r.series = benchfmt.NewReader(in, name), map[string]*series{}
	} else {
		r.reading.Reset(in, name)
	}
	found := false
	for r.reading.Scan() {
		switch record := r.reading.Result().(type) {
		case *benchfmt.Result:
			found = true
			r.of(record).add(record.Values)
		case *benchfmt.SyntaxError:
			found = true
			r.bad(record)
		}
	}
	if err := r.reading.Err(); err != nil {
		return err
	}
	if !found {
		return fmt.Errorf("%s: %w", name, ErrNone)
	}
	return nil
}

func (r *Reader) bad(err error) {
	if len(r.Errors) == mostErrors {
		r.More++
		return
	}
	r.Errors = append(r.Errors, err)
}

// Lines is the number of good lines read.
func (r *Reader) Lines() int {
	n := 0
	for _, s := range r.order {
		n += s.lines
	}
	return n
}

// of is the series of a line.
func (r *Reader) of(line *benchfmt.Result) *series {
	r.key = append(r.key[:0], line.Name...)
	for _, c := range line.Config {
		r.key = append(append(append(append(r.key, '\n'), c.Key...), ": "...), c.Value...)
	}
	if s := r.series[string(r.key)]; s != nil {
		return s
	}
	s := &series{name: parse(line.Name)}
	for _, c := range line.Config {
		s.config = append(s.config, pair{c.Key, string(c.Value)})
	}
	r.series[string(r.key)] = s
	r.order = append(r.order, s)
	return s
}

// add keeps a line's values. Most lines have the units of the line before.
func (s *series) add(values []benchfmt.Value) {
	s.lines++
	for i, v := range values {
		if i >= len(s.units) || s.units[i] != v.Unit {
			i = s.unit(v.Unit)
		}
		s.values[i] = append(s.values[i], v.Value)
	}
}

// unit is the place of a unit's values.
func (s *series) unit(unit string) int {
	for i, u := range s.units {
		if u == unit {
			return i
		}
	}
	s.units, s.values = append(s.units, unit), append(s.values, nil)
	return len(s.units) - 1
}

// name is a benchmark's name in parts.
type name struct {
	base string
	keys []pair
}

// Keys of what has none in a name: the processors, and a part known by its place.
const (
	procsKey = "gomaxprocs"
	partKey  = "part "
)

// parse splits a name: /key=value is a key, another part is known by its place,
// and -N at the end is GOMAXPROCS.
func parse(full benchfmt.Name) name {
	base, parts := full.Parts()
	n := name{base: string(base)}
	for i, p := range parts {
		part := string(p)
		if number, ok := strings.CutPrefix(part, "-"); ok {
			n.keys = append(n.keys, pair{procsKey, number})
			continue
		}
		key, value, ok := strings.Cut(strings.TrimPrefix(part, "/"), "=")
		if !ok {
			key, value = fmt.Sprintf("%s%d", partKey, i+1), key
		}
		n.keys = append(n.keys, pair{key, value})
	}
	return n
}
