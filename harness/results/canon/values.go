package canon

import (
	"bytes"
	"strconv"
	"time"
	"unsafe"
)

// Each of these reads one field, if it is next.

func (c *cursor) bool(key string, into *bool) {
	if !c.key(key) {
		return
	}
	*into = c.lit("true")
	if !*into {
		c.want("false")
	}
}

func (c *cursor) boolp(key string, into **bool) {
	if !c.key(key) || c.lit("null") {
		return
	}
	v := c.lit("true")
	if !v {
		c.want("false")
	}
	*into = &v
}

func (c *cursor) int(key string, into *int) {
	if c.key(key) {
		*into = c.small()
	}
}

func (c *cursor) int64(key string, into *int64) {
	if c.key(key) {
		*into = c.integer()
	}
}

func (c *cursor) intp(key string, into **int) {
	if c.key(key) && !c.lit("null") {
		v := c.small()
		*into = &v
	}
}

func (c *cursor) int64p(key string, into **int64) {
	if !c.key(key) || c.lit("null") {
		return
	}
	if v := c.integer(); !c.check {
		*into = c.r.newInt(v)
	}
}

// uint64 reads a seed, which may use all of its bits.
func (c *cursor) uint64(key string, into *uint64) {
	if !c.key(key) {
		return
	}
	token := c.digits()
	n, err := strconv.ParseUint(text(token), 10, 64)
	if err != nil || leadingZero(token) {
		c.bad = true
	}
	*into = n
}

func (c *cursor) float(key string, into *float64) {
	if c.key(key) {
		*into = c.number()
	}
}

func (c *cursor) floatp(key string, into **float64) {
	switch {
	case !c.key(key) || c.lit("null"):
	case c.check:
		c.skipNumber()
	default:
		*into = c.r.newFloat(c.number())
	}
}

func (c *cursor) time(key string, into *time.Time) {
	if !c.key(key) {
		return
	}
	raw, plain := c.quoted()
	if c.bad || !plain || into.UnmarshalText(raw) != nil {
		c.bad = true
	}
}

// name reads a word that many runs have in common.
func (c *cursor) name(key string, into *string) {
	if c.key(key) {
		*into = c.word()
	}
}

// text reads a string.
func (c *cursor) text(key string, into *string) {
	if c.key(key) {
		*into = c.string()
	}
}

// names reads an array of words.
func (c *cursor) names(key string, into *[]string) {
	if !c.key(key) {
		return
	}
	from := c.at
	if end := bytes.IndexByte(c.data[from:], ']'); end >= 0 {
		if known, ok := c.r.lists[string(c.data[from:from+end+1])]; ok {
			c.at, *into = from+end+1, known
			return
		}
	}
	out := []string{}
	if !c.array(func() { out = append(out, c.word()) }) {
		return
	}
	*into = out
	c.r.know(c.data[from:c.at], out)
}

// text is b as a string for as long as b is not changed.
func text(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
