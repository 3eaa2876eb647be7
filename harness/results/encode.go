package results

import (
	"bytes"
	"encoding/json"
)

// Encode is a value as indented JSON, with each array of numbers on one line so
// that a run with thousands of chunk arrivals can still be looked at.
func Encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return joinNumbers(b.Bytes()), nil
}

// joinNumbers puts indented arrays of numbers on one line. An array's bracket
// with a line break behind it cannot stand inside a string, where that is
// written \n. (A regular expression did this once, and took more time than all
// the rest of a simulated run.)
func joinNumbers(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for {
		i := bytes.Index(text, []byte("[\n"))
		if i < 0 {
			return append(out, text...)
		}
		out, text = append(out, text[:i+1]...), text[i+1:]
		if n := numbersOnly(text); n > 0 {
			out = append(out, bytes.Join(bytes.Fields(text[:n]), nil)...)
			text = text[n:]
		}
	}
}

// numbersOnly is the length of the text of numbers up to the end of their array,
// 0 when something else is among them.
func numbersOnly(text []byte) int {
	for i, c := range text {
		switch {
		case c == ']':
			return i
		case c > ' ' && (c < '0' || c > '9') && !bytes.ContainsRune([]byte(".,eE+-"), rune(c)):
			return 0
		}
	}
	return 0
}
