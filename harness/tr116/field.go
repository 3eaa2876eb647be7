package tr116

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
)

// document is a file that is being read, and what is wrong with it. Readers
// carry on after a complaint, so that an error can say how many there are.
type document struct {
	data       []byte
	complaints []complaint
	made       map[complaint]bool // some values are looked at twice
}

// complaint is what is wrong at an offset.
type complaint struct {
	at   int
	what string
}

// complain notes that something else was expected at an offset.
func (d *document) complain(at int, expected, name, found string) {
	where := ""
	if name != "" {
		where = " in " + name
	}
	c := complaint{at, fmt.Sprintf("expected %s%s, found %s", expected, where, found)}
	if d.made == nil {
		d.made = map[complaint]bool{}
	}
	if !d.made[c] {
		d.made[c] = true
		d.complaints = append(d.complaints, c)
	}
}

// err is the first complaint in the file, with the number of the others.
func (d *document) err() error {
	if len(d.complaints) == 0 {
		return nil
	}
	first := slices.MinFunc(d.complaints, func(a, b complaint) int { return cmp.Compare(a.at, b.at) })
	more := ""
	if n := len(d.complaints); n > 1 {
		more = fmt.Sprintf(" (and %d more)", n-1)
	}
	return fmt.Errorf("%s: %s%s", lineColumn(d.data, first.at), first.what, more)
}

// field is one value of a document: its name from the top and where it lies.
// One that is not there has no bytes, and the place of what should hold it.
type field struct {
	doc  *document
	name string
	raw  []byte
	at   int
}

// root is the whole of a document that is known to be well formed.
func root(doc *document) field {
	raw := bytes.TrimSpace(doc.data)
	return field{doc: doc, raw: raw, at: bytes.Index(doc.data, raw)}
}

func (f field) there() bool { return len(f.raw) > 0 && f.raw[0] != 'n' }

// kind is a JSON value's kind in a word.
func (f field) kind() string {
	if len(f.raw) == 0 {
		return "nothing"
	}
	switch f.raw[0] {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		return "a string"
	case 't', 'f':
		return "true or false"
	case 'n':
		return "null"
	}
	return "a number"
}

func (f field) complain(expected, found string) { f.doc.complain(f.at, expected, f.name, found) }

// object is a field's members. Of something that is no object there are none,
// and nobody complains of what is missing in it: that has been done.
type object struct {
	field
	members map[string]field
}

// object reads an object that must be there.
func (f field) object() object {
	if f.doc == nil {
		return object{}
	}
	if len(f.raw) == 0 || f.raw[0] != '{' {
		f.complain("an object", f.kind())
		return object{}
	}
	out := object{f, map[string]field{}}
	f.each(func(name string, member field) {
		member.name = join(f.name, name)
		if _, twice := out.members[name]; twice {
			member.complain("one value", "a second one")
		}
		out.members[name] = member
	})
	return out
}

// list reads a list's elements; it must be there and have one.
func (f field) list(of string) []field {
	if f.doc == nil {
		return nil
	}
	if len(f.raw) == 0 || f.raw[0] != '[' {
		f.complain("a list of "+of, f.kind())
		return nil
	}
	var out []field
	f.each(func(_ string, element field) {
		element.name = fmt.Sprintf("%s[%d]", f.name, len(out))
		out = append(out, element)
	})
	if len(out) == 0 {
		f.complain("at least one of the "+of, "none")
	}
	return out
}

// each visits the members of an object or the elements of a list.
func (f field) each(visit func(name string, member field)) {
	dec := json.NewDecoder(bytes.NewReader(f.raw))
	if _, err := dec.Token(); err != nil {
		return
	}
	for dec.More() {
		name := ""
		if f.raw[0] == '{' {
			key, err := dec.Token()
			if err != nil {
				return
			}
			name, _ = key.(string)
		}
		var raw json.RawMessage
		if dec.Decode(&raw) != nil {
			return // a well-formed document has no such place
		}
		end := int(dec.InputOffset())
		visit(name, field{doc: f.doc, raw: f.raw[end-len(raw) : end], at: f.at + end - len(raw)})
	}
}

// member is an object's member, where it is there.
func (o object) member(name string) field {
	if m, ok := o.members[name]; ok {
		return m
	}
	return field{doc: o.doc, name: join(o.name, name), at: o.at}
}

// has reports whether an object has all of some members.
func (o object) has(names ...string) bool {
	for _, n := range names {
		if _, ok := o.members[n]; !ok {
			return false
		}
	}
	return true
}

// text reads a string that must be there.
func (f field) text(expected string) string {
	var out string
	if f.doc == nil {
		return ""
	}
	if len(f.raw) == 0 || json.Unmarshal(f.raw, &out) != nil || out == "" {
		f.complain(expected, f.shown())
	}
	return out
}

// word reads an optional string.
func (f field) word() string {
	if f.doc == nil || !f.there() {
		return ""
	}
	var out string
	if json.Unmarshal(f.raw, &out) != nil {
		f.complain("a string", f.kind())
	}
	return out
}

// shown is a short value itself, else its kind.
func (f field) shown() string {
	if f.kind() == "a number" || f.kind() == "true or false" || string(f.raw) == `""` {
		return string(f.raw)
	}
	return f.kind()
}

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
