package compare

import (
	"errors"
	"fmt"
	"io"
	"slices"
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

// Series is the values of one benchmark under one configuration, for readers
// that want no tables.
type Series struct {
	Name   string       // of the benchmark with its keys, without the processors
	Base   string       // of the benchmark alone
	Keys   []ConfigLine // of the name
	Config []ConfigLine // of the lines above
	Units  []string     // as the format's readers tidy them
	Values [][]float64
	Lines  int
}

// ConfigLine is a key with its value.
type ConfigLine struct{ Key, Value string }

// Series are all of them, in order of appearance until Tables has sorted them.
func (r *Reader) Series() []Series {
	var out []Series
	for _, s := range r.order {
		one := Series{Base: s.name.base, Name: s.name.full(), Units: s.units, Lines: s.lines, Config: pairs(s.config)}
		one.Keys = slices.DeleteFunc(pairs(s.name.keys), func(p ConfigLine) bool { return p.Key == procsKey })
		for _, v := range s.values {
			one.Values = append(one.Values, slices.Clone(v))
		}
		out = append(out, one)
	}
	return out
}

// Better is +1 where higher values of a unit are better, −1 where lower ones are,
// 0 where the lines do not say.
func (r *Reader) Better(unit string) int {
	if r.reading == nil {
		return 0
	}
	return r.reading.Units().GetBetter(unit)
}

// full is the name as it was written, without the processors.
func (n name) full() string {
	var b strings.Builder
	b.WriteString(n.base)
	for _, k := range n.keys {
		switch {
		case k.key == procsKey:
		case strings.HasPrefix(k.key, partKey):
			b.WriteString("/" + k.value)
		default:
			b.WriteString("/" + k.key + "=" + k.value)
		}
	}
	return b.String()
}

func pairs(all []pair) []ConfigLine {
	var out []ConfigLine
	for _, p := range all {
		out = append(out, ConfigLine{p.key, p.value})
	}
	return out
}
