package tr116

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// lineColumn is where an offset lies in a text, both from 1, columns in bytes.
func lineColumn(data []byte, at int) string {
	before := data[:min(max(at, 0), len(data))]
	return fmt.Sprintf("line %d, column %d", 1+bytes.Count(before, []byte("\n")), len(before)-bytes.LastIndexByte(before, '\n'))
}

// wellFormed refuses what is no JSON document, with the place and the value in
// which the document breaks off. Python writes NaN and Infinity bare, which
// JSON has not: those are refused here.
func wellFormed(data []byte) error {
	if len(bytes.TrimSpace(data)) == 0 {
		return fmt.Errorf("%s: expected a run, found an empty file", lineColumn(data, 0))
	}
	var all json.RawMessage
	err := json.Unmarshal(data, &all)
	syntax, ok := errors.AsType[*json.SyntaxError](err)
	if !ok {
		return err
	}
	at, what := int(syntax.Offset)-1, syntax.Error()
	if strings.HasPrefix(what, "unexpected end") {
		at, what = len(data), "expected more, found the end of the file; it is cut off"
	}
	if in := valueAtError(data); in != "" {
		what = "in " + in + ": " + what
	}
	return fmt.Errorf("%s: %s", lineColumn(data, at), what)
}

// step is one level of a walk into a document.
type step struct {
	list bool
	i    int    // elements begun, in a list
	key  string // in an object
	want bool   // an object's value comes next
}

// valueAtError names the value in which a broken document breaks off.
func valueAtError(data []byte) string {
	dec := json.NewDecoder(bytes.NewReader(data))
	var walk []step
	for {
		token, err := dec.Token()
		if err != nil && !errors.Is(err, io.EOF) || err != nil && len(walk) > 0 {
			return pathOf(walk)
		}
		if err != nil {
			return ""
		}
		walk = advance(walk, token)
	}
}

func advance(walk []step, token json.Token) []step {
	if token == json.Delim('}') || token == json.Delim(']') {
		return done(walk[:len(walk)-1])
	}
	open := token == json.Delim('{') || token == json.Delim('[')
	if len(walk) > 0 {
		top := &walk[len(walk)-1]
		switch key, ok := token.(string); {
		case top.list:
			top.i++
		case !top.want && ok:
			top.key, top.want = key, true
			return walk
		}
	}
	if open {
		return append(walk, step{list: token == json.Delim('[')})
	}
	return done(walk)
}

// done ends the value that the innermost object was about to have.
func done(walk []step) []step {
	if n := len(walk); n > 0 && !walk[n-1].list {
		walk[n-1].key, walk[n-1].want = "", false
	}
	return walk
}

func pathOf(walk []step) string {
	path := ""
	for _, s := range walk {
		if s.list {
			path += fmt.Sprintf("[%d]", max(s.i-1, 0))
		} else if s.key != "" {
			path = join(path, s.key)
		}
	}
	return path
}

// join is the name of a member of a value.
func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
