package results

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	json2 "github.com/go-json-experiment/json"

	"github.com/chimeraforge/duet/harness/record"
)

// Decode is one run from the bytes of a metrics.json. go-json-experiment reads a
// whole run twice as fast as encoding/json; whatever it finds wrong with a file,
// encoding/json is asked, so that its words and its idea of what is valid are the
// only ones.
func Decode(data []byte) (*record.Run, error) {
	var r record.Run
	if json2.Unmarshal(data, &r) == nil && r.Schema == record.Schema && validate(&r) == nil {
		return &r, nil
	}
	return decodeAny(data)
}

func decodeAny(data []byte) (*record.Run, error) {
	if why := Void(data); why != "" {
		return nil, errors.New(why)
	}
	var probe struct{ Schema *string }
	if json.Unmarshal(data, &probe) == nil && probe.Schema != nil && *probe.Schema == record.FirstSchema {
		var err error
		if data, err = record.Upgrade(data); err != nil {
			return nil, err
		}
	}
	var r record.Run
	err := json.Unmarshal(data, &r)
	if err == nil && r.Schema == record.Schema {
		if err := validate(&r); err != nil {
			return nil, err
		}
		return &r, nil
	}
	// Another schema may disagree about types, so it is named first.
	if json.Unmarshal(data, &probe) == nil {
		switch {
		case probe.Schema == nil:
			return nil, fmt.Errorf("%w: the file names none; this version reads %q", ErrSchema, record.Schema)
		case *probe.Schema != record.Schema:
			return nil, fmt.Errorf("%w %q; this version reads %q: use the duet that wrote it, or measure again", ErrSchema, *probe.Schema, record.Schema)
		}
	}
	return nil, position(data, err)
}

// Void says that a file holds nothing, "" where it holds something. A file that was
// not written by this package, or by a disk that only says that it has written, may
// be so after a power cut.
func Void(data []byte) string {
	switch {
	case len(data) == 0:
		return "the file is empty, as a power cut may leave it"
	case len(bytes.Trim(data, "\x00")) == 0:
		return "the file is nothing but zeros, as a power cut may leave it"
	}
	return ""
}

// validate checks what every reader relies on.
func validate(r *record.Run) error {
	switch {
	case r.Suite == "":
		return errors.New("the run names no suite")
	case r.Status != record.StatusOK && r.Status != record.StatusFailed:
		return fmt.Errorf("status %q; expected %q or %q", r.Status, record.StatusOK, record.StatusFailed)
	case r.Cell.ID == "":
		return errors.New("the cell has no id")
	}
	return nil
}

// position adds line and column to an error of encoding/json.
func position(data []byte, err error) error {
	var offset int64
	if e, ok := errors.AsType[*json.SyntaxError](err); ok {
		offset = e.Offset
	} else if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		offset = e.Offset
	} else {
		return err
	}
	before := data[:min(int(offset), len(data))]
	line := 1 + bytes.Count(before, []byte("\n"))
	return fmt.Errorf("line %d, column %d: %w", line, len(before)-bytes.LastIndexByte(before, '\n')-1, err)
}
