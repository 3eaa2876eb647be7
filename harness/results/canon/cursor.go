package canon

import "strings"

// cursor is a place in the text. Once something is not as written, bad is set
// and stays.
type cursor struct {
	r     *Reader
	data  []byte
	at    int
	depth int
	first bool // nothing of the object or array that is open has been read
	ready bool // the separator before the next key has been read
	bad   bool
	check bool // what is read is not wanted
}

// between are the texts between two values of each depth; a run is not deeper.
var between = func() (out [12]string) {
	for d := range out {
		out[d] = ",\n" + strings.Repeat("  ", d)
	}
	return out
}()

// lit reads s, if it is next.
func (c *cursor) lit(s string) bool {
	if len(c.data)-c.at < len(s) || string(c.data[c.at:c.at+len(s)]) != s {
		return false
	}
	c.at += len(s)
	return true
}

// want reads s, which must be next.
func (c *cursor) want(s string) {
	if !c.lit(s) {
		c.bad = true
	}
}

func (c *cursor) open(bracket string) {
	c.want(bracket)
	c.depth++
	c.first, c.ready = true, false
}

// more reads what stands before a further key or element; false at the end.
func (c *cursor) more() bool {
	if c.bad {
		return false
	}
	sep := between[c.depth]
	if c.first {
		sep = sep[1:]
	}
	return c.lit(sep)
}

func (c *cursor) close(bracket string) {
	if c.ready { // before a key that nobody knew
		c.bad = true
	}
	c.depth--
	if !c.first {
		c.want(between[c.depth][1:])
	}
	c.want(bracket)
	c.first = false
}

// key reads a key, given with its quotes and colon, if it is next.
func (c *cursor) key(k string) bool {
	if !c.ready {
		if !c.more() {
			return false
		}
		c.ready = true
	}
	if !c.lit(k) {
		return false
	}
	c.first, c.ready = false, false
	return true
}

// array reads an array with one call of element for each; false when it is
// null. An empty one has no line of its own.
func (c *cursor) array(element func()) bool {
	if c.lit("null") {
		return false
	}
	c.open("[")
	for c.more() {
		c.first = false
		element()
	}
	c.close("]")
	return true
}
