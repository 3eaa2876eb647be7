package tr116

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
)

// quantity is what a number may be. The bounds are wide: they are there to
// refuse what cannot have been measured, not what is unlikely.
type quantity struct {
	what   string
	lo, hi float64
	whole  bool
}

// The quantities of the study's files.
var (
	milliseconds = quantity{"a number of milliseconds", 0, 1e10, false} // four months
	someMS       = quantity{"a positive number of milliseconds", 1e-6, 1e10, false}
	someSeconds  = quantity{"a positive number of seconds", 1e-9, 1e7, false}
	tokenCount   = quantity{"a number of tokens", 0, 1e9, true}
	rate         = quantity{"a number of tokens per second", 0, 1e7, false}
	runNumber    = quantity{"the number of a run, from 1", 1, 1e6, true}
	requestCount = quantity{"a number of requests, from 1", 1, 1e6, true}
	layers       = quantity{"a number of layers", -1, 1e5, true} // Ollama's −1: as many as fit
	contextSize  = quantity{"a number of tokens", 1, 1e9, true}
	temperature  = quantity{"a temperature", 0, 100, false}
	probability  = quantity{"a probability", 0, 1, false}
	topK         = quantity{"a number of candidates", 0, 1e6, true}
	penalty      = quantity{"a penalty", 0, 100, false}
	signed       = quantity{"a number", -1e12, 1e12, false}
)

// number reads an optional number; null is as good as nothing.
func (f field) number(q quantity) *float64 {
	if f.doc == nil || !f.there() {
		return nil
	}
	if f.kind() != "a number" {
		f.complain(q.what, f.kind())
		return nil
	}
	v, err := strconv.ParseFloat(string(f.raw), 64)
	if err != nil || math.IsInf(v, 0) || v < q.lo || v > q.hi {
		f.complain(fmt.Sprintf("%s between %v and %v", q.what, q.lo, q.hi), string(f.raw))
		return nil
	}
	if q.whole && v != math.Trunc(v) {
		f.complain(q.what+", a whole one", string(f.raw))
		return nil
	}
	return &v
}

// needed reads a number without which there is no run.
func (f field) needed(q quantity) *float64 {
	if f.doc != nil && !f.there() {
		f.complain(q.what, f.kind())
	}
	return f.number(q)
}

// flag reads an optional yes or no.
func (f field) flag() *bool {
	if f.doc == nil || !f.there() {
		return nil
	}
	var out bool
	if json.Unmarshal(f.raw, &out) != nil {
		f.complain("true or false", f.kind())
		return nil
	}
	return &out
}

func whole(v *float64) *int64 {
	if v == nil {
		return nil
	}
	n := int64(*v)
	return &n
}

func small(v *float64) *int {
	if v == nil {
		return nil
	}
	n := int(*v)
	return &n
}

// ms is an optional number of milliseconds as nanoseconds.
func ms(f *float64) *float64 { return times(f, 1e6) }

func seconds(f *float64) *float64 { return times(f, 1e9) }

func times(f *float64, k float64) *float64 {
	if f == nil {
		return nil
	}
	v := *f * k
	return &v
}
