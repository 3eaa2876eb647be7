// Package canon reads a run from exactly the text that store.Encode writes:
// two blanks of indent per level, keys in the order of the Go types, arrays of
// numbers on one line. For any other text it says "not mine", and the caller
// asks encoding/json, whose word on what is valid, what it means and where it
// is broken is the only one.
//
// # Why
//
// Turning JSON into values was nine tenths of the time of every table over many
// runs. On a run of 14 kB without chunk arrivals encoding/json needs 126 µs;
// the fastest of the general libraries 22 µs (goccy; go-json-experiment 51,
// segmentio 46, sonic 35), with known differences in what they accept. Knowing
// what comes next is worth more than reading it fast: beside encoding/json's
// 101 µs in one run of BenchmarkRun this package needed 13 µs, and 7 µs where
// the run is not kept (Reader.Lean): the rest is memory for the result.
//
// # Safety
//
// A value is accepted only where its text is valid JSON of the field's type, so
// whatever canon reads encoding/json reads to the same value; FuzzOracle holds
// that. A field that is new in package metrics is an unknown key here: files
// with it are read as before, slowly, and TestEveryFieldIsKnown says so.
package canon

import (
	"bytes"

	"github.com/chimeraforge/duet/harness/record"
)

// Reader reads one run after another; it is cheaper than a new one for each.
// Runs of one Reader share what is equal in them (Servers, Agents, names), so
// they are for reading only. It is not safe for concurrent use.
type Reader struct {
	// Lean leaves out what no table needs: the replies' text, the stored
	// Derived and Summary. It is still checked. And a run is the Reader's: it is
	// gone when the next one is read, all but its texts. Most of the time of
	// reading many runs goes into memory for them.
	Lean bool

	names    map[string]string
	lists    map[string][]string
	ints     pool[int64]
	floats   pool[float64]
	timings  pool[record.ServerTimings]
	calls    [][]record.Call // by pass, of the run being read
	passes   []record.Pass   // of the run being read
	warnings []record.Warning
	run      record.Run
	lasting  bool // what is being read is remembered

	cell    memo[record.Cell]
	backend memo[record.Backend]
	servers memo[[]record.Server]
	agents  memo[[]record.Agent]
}

// Run reads a run; nil when data is not, to the byte, as store.Encode writes it.
func (r *Reader) Run(data []byte) *record.Run {
	c := cursor{r: r, data: data}
	run := r.next()
	c.run(run)
	if c.bad || len(bytes.Trim(data[c.at:], "\n")) > 0 {
		return nil
	}
	return run
}

// memo is a value and the text it was last read from: runs of one cell differ
// in their numbers, not in their place.
type memo[T any] struct {
	text  []byte
	value T
}

// remembered reads a value with read unless its text is the last one's.
func remembered[T any](c *cursor, key string, m *memo[T], into *T, read func(*T)) {
	if !c.key(key) {
		return
	}
	if len(m.text) > 0 && bytes.HasPrefix(c.data[c.at:], m.text) {
		c.at += len(m.text)
		*into = m.value
		return
	}
	from := c.at
	c.r.lasting = true
	read(into)
	c.r.lasting = false
	if !c.bad {
		m.text, m.value = append(m.text[:0], c.data[from:c.at]...), *into
	}
}
