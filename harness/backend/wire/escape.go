package wire

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// escaped is the length of the escape that p begins with, 0 when it is none.
func escaped(p []byte) int {
	if len(p) > 1 && single[p[1]] != 0 {
		return 2
	}
	if _, ok := hex4(p); ok {
		return 6
	}
	return 0
}

// single are what the escapes of one letter stand for.
var single = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// unescape undoes the escapes of a string, in scratch memory.
func (d *decoder) unescape(raw []byte) []byte {
	from := len(d.scratch)
	for len(raw) > 0 {
		i := bytes.IndexByte(raw, '\\')
		if i < 0 {
			d.scratch = append(d.scratch, raw...)
			break
		}
		d.scratch = append(d.scratch, raw[:i]...)
		if raw[i+1] != 'u' {
			d.scratch = append(d.scratch, single[raw[i+1]])
			raw = raw[i+2:]
			continue
		}
		r, _ := hex4(raw[i:]) // raw has seen that it is one
		raw = raw[i+6:]
		if utf16.IsSurrogate(r) { // half of a character, or of nothing
			second, ok := hex4(raw)
			if r = utf16.DecodeRune(r, second); ok && r != utf8.RuneError {
				raw = raw[6:]
			}
		}
		d.scratch = utf8.AppendRune(d.scratch, r)
	}
	return d.scratch[from:]
}

// hex4 reads an escape of the form \u1234.
func hex4(p []byte) (rune, bool) {
	if len(p) < 6 || p[0] != '\\' || p[1] != 'u' {
		return -1, false
	}
	var r rune
	for _, b := range p[2:6] {
		switch {
		case b >= '0' && b <= '9':
			b -= '0'
		case b >= 'a' && b <= 'f':
			b -= 'a' - 10
		case b >= 'A' && b <= 'F':
			b -= 'A' - 10
		default:
			return -1, false
		}
		r = r<<4 | rune(b)
	}
	return r, true
}
