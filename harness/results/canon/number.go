package canon

import (
	"bytes"
	"strconv"
)

// safeDigits is how many digits fit any int64.
const safeDigits = 18

func isDigit(b byte) bool { return b-'0' < 10 }

// digits reads digits.
func (c *cursor) digits() []byte {
	rest := c.data[c.at:]
	n := 0
	for n < len(rest) && isDigit(rest[n]) {
		n++
	}
	c.at += n
	return rest[:n]
}

func leadingZero(digits []byte) bool { return len(digits) > 1 && digits[0] == '0' }

// integer reads a whole number. A fraction behind it is met by whoever wants
// the next separator.
func (c *cursor) integer() int64 {
	negative := c.lit("-")
	rest := c.data[c.at:]
	var v int64
	n := 0
	for ; n < len(rest) && n <= safeDigits && isDigit(rest[n]); n++ {
		v = v*10 + int64(rest[n]-'0')
	}
	if n == 0 || n > safeDigits || leadingZero(rest[:n]) {
		c.bad = true
		return 0
	}
	c.at += n
	if negative {
		return -v
	}
	return v
}

// small is integer for the machine's own int.
func (c *cursor) small() int {
	n := c.integer()
	if int64(int(n)) != n {
		c.bad = true
	}
	return int(n)
}

// integers reads an array of whole numbers, which stands on one line.
func (c *cursor) integers(key string, into *[]int64) {
	if !c.key(key) || c.lit("null") {
		return
	}
	c.want("[")
	end := bytes.IndexByte(c.data[c.at:], ']')
	if c.bad || end < 0 {
		c.bad = true
		return
	}
	out := make([]int64, 0, 1+bytes.Count(c.data[c.at:c.at+end], []byte(",")))
	for end > 0 && !c.bad {
		out = append(out, c.integer())
		if !c.lit(",") {
			break
		}
	}
	c.want("]")
	*into = out
}

// number reads a number with or without a fraction.
func (c *cursor) number() float64 {
	token, _ := c.numeral()
	if c.bad {
		return 0
	}
	f, err := strconv.ParseFloat(text(token), 64)
	if err != nil { // too large for a float64
		c.bad = true
	}
	return f
}

// sureDigits is a length below which a numeral without an exponent cannot be
// too large for a float64.
const sureDigits = 300

// skipNumber checks a number.
func (c *cursor) skipNumber() {
	from := c.at
	if token, exponent := c.numeral(); exponent || len(token) > sureDigits {
		c.at = from
		c.number()
	}
}

// numeral reads the text of a number, JSON's grammar and nothing more, and says
// whether it has an exponent.
func (c *cursor) numeral() (token []byte, exponent bool) {
	from := c.at
	c.lit("-")
	if whole := c.digits(); len(whole) == 0 || leadingZero(whole) {
		c.bad = true
	}
	if c.lit(".") && len(c.digits()) == 0 {
		c.bad = true
	}
	if exponent = c.lit("e") || c.lit("E"); exponent {
		if !c.lit("+") {
			c.lit("-")
		}
		if len(c.digits()) == 0 {
			c.bad = true
		}
	}
	return c.data[from:c.at], exponent
}
