package merge

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
)

// relabelling is what a run is told in a merge.
type relabelling struct {
	session, machine string
	compared         bool // the machine is a coordinate of the cell
}

// run returns the text of a run with its labels changed and every other byte as it
// is, and the run. That it says the same but for these is checked by reading both.
func (l relabelling) run(data []byte) ([]byte, *record.Run, error) {
	want, err := results.Decode(data)
	if err != nil {
		return nil, nil, err
	}
	l.apply(want)
	var e edits
	top, err := e.members(data, 0)
	if err == nil {
		err = l.edit(&e, data, top)
	}
	if err != nil {
		return nil, nil, err
	}
	out := e.apply(data)
	got, err := results.Decode(out)
	if err != nil {
		return nil, nil, err
	}
	if !reflect.DeepEqual(got, want) {
		return nil, nil, fmt.Errorf("its labels cannot be changed without changing more")
	}
	return out, got, nil
}

func (l relabelling) apply(r *record.Run) {
	r.Session, r.Backend.Machine = l.session, l.machine
	if l.compared {
		r.Cell.Machine = l.machine
		r.Cell.ID = l.cell(r.Cell.ID)
	}
}

// cell is the id that a cell has in the merge.
func (l relabelling) cell(id string) string {
	if !l.compared {
		return id
	}
	return id + plan.OnMachine(l.machine)
}

func (l relabelling) edit(e *edits, data []byte, top map[string]span) error {
	e.replace(top["session"], quoted(l.session))
	e.add(data, top["backend"], "machine", l.machine)
	if !l.compared {
		return nil
	}
	at := top["cell"]
	cell, err := e.members(data[at.from:at.to], at.from)
	if err != nil {
		return err
	}
	var id string
	if err := json.Unmarshal(data[cell["id"].from:cell["id"].to], &id); err != nil {
		return err
	}
	e.replace(cell["id"], quoted(l.cell(id)))
	e.add(data, at, "machine", l.machine)
	return nil
}

// failure is a line of failures.jsonl with the cell's id in the merge.
func (l relabelling) failure(line []byte) ([]byte, error) {
	var e edits
	top, err := e.members(line, 0)
	if err != nil {
		return nil, err
	}
	var id string
	if err := json.Unmarshal(line[top["cell"].from:top["cell"].to], &id); err != nil {
		return nil, err
	}
	e.replace(top["cell"], quoted(l.cell(id)))
	return e.apply(line), nil
}

// span is where a value stands in a text.
type span struct{ from, to int }

// edits are changes to a text, in any order, that do not overlap.
type edits []struct {
	span
	text string
}

// members finds the values of an object's members; base is where it begins.
func (e *edits) members(object []byte, base int) (map[string]span, error) {
	d := json.NewDecoder(bytes.NewReader(object))
	out := map[string]span{}
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, fmt.Errorf("no object: %w", err)
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil, err
		}
		to := int(d.InputOffset())
		out[key.(string)] = span{base + to - len(value), base + to} // an object's keys are strings
	}
	return out, nil
}

func (e *edits) replace(at span, text string) {
	*e = append(*e, struct {
		span
		text string
	}{at, text})
}

// add puts a member at the end of an object that has one already, on a line of its
// own as the others are.
func (e *edits) add(data []byte, object span, key, value string) {
	if object.to == 0 {
		return // there is none, which the check finds
	}
	end := object.from + len(bytes.TrimRight(data[object.from:object.to-1], " \t\r\n"))
	e.replace(span{end, end}, ",\n    "+quoted(key)+": "+quoted(value))
}

func (e edits) apply(data []byte) []byte {
	out := bytes.Clone(data)
	for len(e) > 0 {
		last := 0
		for i := range e {
			if e[i].from > e[last].from {
				last = i
			}
		}
		at := e[last]
		out = append(out[:at.from:at.from], append([]byte(at.text), out[at.to:]...)...)
		e = append(e[:last:last], e[last+1:]...)
	}
	return out
}

// quoted is a string as package store writes it.
func quoted(s string) string {
	data, err := results.Encode(s)
	if err != nil {
		return `""` // a string can be encoded
	}
	return string(bytes.TrimSpace(data))
}
