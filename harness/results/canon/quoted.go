package canon

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"unicode/utf8"
)

// quoted reads a string and returns what is between its quotes; plain says that
// it is ASCII without escapes, and so the text itself.
func (c *cursor) quoted() (raw []byte, plain bool) {
	c.want(`"`)
	if c.bad {
		return nil, false
	}
	from := c.at
	i := bytes.IndexByte(c.data[from:], '"')
	if i < 0 {
		c.bad = true
		return nil, false
	}
	raw = c.data[from : from+i]
	if bytes.IndexByte(raw, '\\') < 0 {
		c.at = from + i + 1
		return raw, !c.wide(raw)
	}
	return c.escapes(), false
}

// escapes is quoted for a string that has some.
func (c *cursor) escapes() []byte {
	from := c.at
	for c.at < len(c.data) && !c.bad {
		switch b := c.data[c.at]; {
		case b == '"':
			c.at++
			return c.data[from : c.at-1]
		case b == '\\':
			c.escape()
		case b < ' ':
			c.bad = true
		default:
			c.at++
		}
	}
	c.bad = true
	return nil
}

// wide reports whether a string has bytes beyond ASCII, and finds control
// characters, which may not stand in one. It looks at eight bytes at a time.
func (c *cursor) wide(raw []byte) bool {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	var control, above uint64
	rest := raw
	for ; len(rest) >= 8; rest = rest[8:] {
		x := binary.LittleEndian.Uint64(rest)
		control |= (x - ' '*ones) &^ x // the high bit of a byte below a blank
		above |= x
	}
	for _, b := range rest {
		control |= uint64(b-' ') &^ uint64(b)
		above |= uint64(b)
	}
	if control&high != 0 {
		c.bad = c.bad || bytes.ContainsFunc(raw, func(r rune) bool { return r < ' ' })
	}
	return above&high != 0
}

// escape reads one escape sequence.
func (c *cursor) escape() {
	rest := c.data[c.at:]
	switch {
	case len(rest) < 2:
		c.bad = true
	case bytes.IndexByte([]byte(`"\/bfnrt`), rest[1]) >= 0:
		c.at += 2
	case rest[1] == 'u' && len(rest) >= 6 && hex(rest[2:6]):
		c.at += 6
	default:
		c.bad = true
	}
}

func hex(b []byte) bool {
	for _, d := range b {
		if d |= 0x20; !isDigit(d) && (d < 'a' || d > 'f') {
			return false
		}
	}
	return true
}

// bytes reads a string; the bytes are valid until the text is given up. The
// rare one with escapes is encoding/json's to read.
func (c *cursor) bytes() []byte {
	from := c.at
	raw, plain := c.quoted()
	if plain || c.bad || bytes.IndexByte(raw, '\\') < 0 && utf8.Valid(raw) {
		return raw
	}
	var s string
	if json.Unmarshal(c.data[from:c.at], &s) != nil {
		c.bad = true
	}
	return []byte(s)
}

func (c *cursor) string() string { return string(c.bytes()) }

// mostNames keeps a file full of different names from filling memory.
const mostNames = 1 << 12

// word reads a string and returns the one copy that there is of it.
func (c *cursor) word() string {
	raw := c.bytes()
	if s, ok := c.r.names[string(raw)]; ok {
		return s
	}
	s := string(raw)
	if c.r.names == nil {
		c.r.names = map[string]string{}
	}
	if len(c.r.names) < mostNames {
		c.r.names[s] = s
	}
	return s
}

// know remembers a list by its text.
func (r *Reader) know(text []byte, list []string) {
	if r.lists == nil {
		r.lists = map[string][]string{}
	}
	if len(r.lists) < mostNames {
		r.lists[string(text)] = list
	}
}

// skipText checks a string and forgets it.
func (c *cursor) skipText(key string) {
	if c.key(key) {
		c.quoted()
	}
}
