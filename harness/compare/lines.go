package compare

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
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
	order   []*series // by first appearance, until Tables has sorted them
	reading *benchfmt.Reader
	key     []byte
}

// series is the values of one benchmark under one configuration.
type series struct {
	name   string // of the benchmark with its keys, without the processors
	base   string // of the benchmark alone
	keys   []Key  // of the name
	config []Key
	units  []string // as sides hold them, see InMemory
	values [][]float64
	lines  int
}

// Read reads benchmark lines until the end of in; name is the file in messages.
// Lines that are not benchmark lines are nothing to it. The error is one of
// reading, or ErrNone; bad lines are in r.Errors.
func (r *Reader) Read(in io.Reader, name string) error {
	data, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	data = plain(data)
	if r.reading == nil {
		r.reading, r.series = benchfmt.NewReader(bytes.NewReader(data), name), map[string]*series{}
	} else {
		r.reading.Reset(bytes.NewReader(data), name)
	}
	found := false
	for r.reading.Scan() {
		switch record := r.reading.Result().(type) {
		case *benchfmt.Result:
			found = true
			if err := sound(record); err != nil {
				r.bad(err)
				continue
			}
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
	for _, err := range failures(name, data) {
		r.bad(err)
	}
	return nil
}

// sound refuses a line of which nobody can say what it means, or which says that
// something went wrong: a unit twice, a value beyond all numbers.
func sound(line *benchfmt.Result) error {
	file, at := line.Pos()
	for i, v := range line.Values {
		if slices.ContainsFunc(line.Values[:i], func(o benchfmt.Value) bool { return o.Unit == v.Unit }) {
			return fmt.Errorf("%s:%d: %s stands twice on the line", file, at, cmp.Or(v.OrigUnit, v.Unit))
		}
		if math.IsInf(v.Value, 0) {
			return fmt.Errorf("%s:%d: %s is %v: a failure, and no result", file, at, cmp.Or(v.OrigUnit, v.Unit), v.Value)
		}
	}
	return nil
}

// tellProcessors gives benchmarks that ran with several numbers of processors
// (go test -cpu=1,2,4) the number as a part of their names: they are no repetitions
// of one thing. A number that is the same throughout is a fact of the side.
func (r *Reader) tellProcessors() {
	of := map[string][]string{}
	for _, s := range r.order {
		if procs := valueOf(s.keys, procsKey); !slices.Contains(of[s.name], procs) {
			of[s.name] = append(of[s.name], procs)
		}
	}
	for _, s := range r.order {
		if procs := valueOf(s.keys, procsKey); len(of[s.name]) > 1 {
			s.name += "/" + procsKey + "=" + cmp.Or(procs, "1")
		}
	}
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

// better is +1 where higher values of a unit are better, −1 where lower ones are,
// 0 where the lines do not say.
func (r *Reader) better(unit string) int {
	return r.reading.Units().GetBetter(unit)
}

func (r *Reader) of(line *benchfmt.Result) *series {
	r.key = append(r.key[:0], line.Name...)
	for _, c := range line.Config {
		r.key = append(append(append(append(r.key, '\n'), c.Key...), ": "...), c.Value...)
	}
	if s := r.series[string(r.key)]; s != nil {
		return s
	}
	s := named(line.Name)
	for _, c := range line.Config {
		s.config = append(s.config, Key{c.Key, string(c.Value)})
	}
	r.series[string(r.key)] = s
	r.order = append(r.order, s)
	return s
}

// add keeps a line's values. Most lines have the units of the line before.
func (s *series) add(values []benchfmt.Value) {
	s.lines++
	for i, v := range values {
		amount, unit := v.Value, v.Unit
		if v.OrigUnit != "" {
			amount, unit = v.OrigValue, v.OrigUnit
		}
		amount, unit = InMemory(amount, unit)
		if i >= len(s.units) || s.units[i] != unit {
			i = slices.Index(s.units, unit)
		}
		if i < 0 {
			i = len(s.units)
			s.units, s.values = append(s.units, unit), append(s.values, nil)
		}
		s.values[i] = append(s.values[i], amount)
	}
}

// procsKey is the key of the processors, which have none in a name.
const procsKey = "gomaxprocs"

// named splits a name: /key=value is a key, another part is known by its place,
// and -N at the end is GOMAXPROCS.
func named(full benchfmt.Name) *series {
	base, parts := full.Parts()
	s := &series{name: string(base), base: string(base)}
	for i, p := range parts {
		part := string(p)
		if number, ok := strings.CutPrefix(part, "-"); ok {
			s.keys = append(s.keys, Key{procsKey, number})
			continue
		}
		s.name += part
		key, value, ok := strings.Cut(strings.TrimPrefix(part, "/"), "=")
		if !ok {
			key, value = fmt.Sprintf("part %d", i+1), key
		}
		s.keys = append(s.keys, Key{key, value})
	}
	return s
}

func valueOf(keys []Key, name string) string {
	for _, k := range keys {
		if k.Name == name {
			return k.Value
		}
	}
	return ""
}

// Backends names what the lines say answered the requests, "" where they do not.
func (r *Reader) Backends() string {
	return r.words(func(s *series) string { return valueOf(s.config, "backend") }, "; ")
}

// Label is the word that must stand beside the numbers; "" where they are of
// real models on a real machine, or where the lines do not say.
func (r *Reader) Label() string {
	return r.words(func(s *series) string {
		switch kind, models, _ := strings.Cut(valueOf(s.config, "backend"), ", "); {
		case kind == "sim":
			return "SIMULATED"
		case models == "synthetic models":
			return "SYNTHETIC MODELS"
		}
		return ""
	}, ", ")
}

func (r *Reader) words(of func(*series) string, separator string) string {
	found := map[string]bool{}
	for _, s := range r.order {
		if w := of(s); w != "" {
			found[w] = true
		}
	}
	return strings.Join(slices.Sorted(maps.Keys(found)), separator)
}
