package wire

import (
	"bytes"
	"unicode/utf8"
)

// scanner reads a line that is an object of texts, whole numbers, yes and no. It
// gives up on anything else, without a reason.
type scanner struct {
	line []byte
	at   int
	d    *decoder
}

// object reads the whole line.
func (s *scanner) object() bool {
	s.blank()
	if !s.take('{') {
		return false
	}
	for first := true; ; first = false {
		s.blank()
		if s.take('}') {
			s.blank()
			return s.at == len(s.line)
		}
		if !first {
			if !s.take(',') {
				return false
			}
			s.blank()
		}
		if !s.member() {
			return false
		}
	}
}

func (s *scanner) take(b byte) bool {
	if s.at < len(s.line) && s.line[s.at] == b {
		s.at++
		return true
	}
	return false
}

func (s *scanner) blank() {
	for s.at < len(s.line) {
		switch s.line[s.at] {
		case ' ', '\t', '\r', '\n':
			s.at++
		default:
			return
		}
	}
}

// member reads a key and its value.
func (s *scanner) member() bool {
	key, ok := s.raw()
	if !ok || !plainKey(key) {
		return false
	}
	s.blank()
	if !s.take(':') {
		return false
	}
	s.blank()
	return s.value(key)
}

// plainKey reports whether a key can be compared byte by byte: encoding/json
// takes "Done" for done, and letters that only fold to ASCII.
func plainKey(key []byte) bool {
	for _, b := range key {
		if (b < 'a' || b > 'z') && b != '_' && (b < '0' || b > '9') {
			return false
		}
	}
	return true
}

// value reads the value of a key and keeps what a chunk has of it.
func (s *scanner) value(key []byte) bool {
	c := &s.d.chunk
	switch string(key) {
	case "response":
		return s.text(&c.response)
	case "thinking":
		return s.text(&c.thinking)
	case "done_reason":
		return s.text(&c.reason)
	case "error":
		return s.text(&c.failure)
	case "done":
		return s.yes(&c.done)
	case "total_duration":
		return s.whole(&c.timings.TotalNS)
	case "load_duration":
		return s.whole(&c.timings.LoadNS)
	case "prompt_eval_duration":
		return s.whole(&c.timings.PromptEvalNS)
	case "eval_duration":
		return s.whole(&c.timings.EvalNS)
	case "prompt_eval_count":
		return s.whole(&c.timings.PromptTokens)
	case "eval_count":
		return s.whole(&c.timings.Tokens)
	}
	return s.skip()
}

// skip reads a value that nobody wants: a text, a whole number, yes or no.
func (s *scanner) skip() bool {
	if s.at == len(s.line) {
		return false
	}
	switch b := s.line[s.at]; {
	case b == '"':
		_, ok := s.raw()
		return ok
	case b == 't' || b == 'f':
		var ignored bool
		return s.yes(&ignored)
	case b == '-' || b >= '0' && b <= '9':
		_, ok := s.number()
		return ok
	}
	return false
}

func (s *scanner) word(w string) bool {
	if bytes.HasPrefix(s.line[s.at:], []byte(w)) {
		s.at += len(w)
		return true
	}
	return false
}

func (s *scanner) yes(into *bool) bool {
	switch {
	case s.word("true"):
		*into = true
	case s.word("false"):
		*into = false
	default:
		return false
	}
	return true
}

// safeDigits is how many digits fit any int64.
const safeDigits = 18

// number reads a whole number; what follows it must be met by the caller.
func (s *scanner) number() (int64, bool) {
	negative := s.take('-')
	from := s.at
	var v int64
	for s.at < len(s.line) && s.line[s.at]-'0' < 10 {
		v = v*10 + int64(s.line[s.at]-'0')
		s.at++
	}
	n := s.at - from
	if n == 0 || n > safeDigits || n > 1 && s.line[from] == '0' {
		return 0, false
	}
	if negative {
		v = -v
	}
	return v, true
}

func (s *scanner) whole(into **int64) bool {
	v, ok := s.number()
	if ok {
		n := v // once a stream
		*into = &n
	}
	return ok
}

// text reads a string and undoes its escapes.
func (s *scanner) text(into *[]byte) bool {
	raw, ok := s.raw()
	if !ok {
		return false
	}
	if bytes.IndexByte(raw, '\\') >= 0 {
		raw = s.d.unescape(raw)
	}
	*into = raw
	return true
}

// raw reads a string and returns what is between its quotes, escapes and all. It
// gives up on control characters and on what is not UTF-8.
func (s *scanner) raw() ([]byte, bool) {
	if !s.take('"') {
		return nil, false
	}
	from := s.at
	ascii := byte(0)
	for s.at < len(s.line) {
		switch b := s.line[s.at]; {
		case b == '"':
			raw := s.line[from:s.at]
			s.at++
			return raw, ascii < utf8.RuneSelf || utf8.Valid(raw)
		case b == '\\':
			n := escaped(s.line[s.at:])
			if n == 0 {
				return nil, false
			}
			s.at += n
		case b < ' ':
			return nil, false
		default:
			ascii |= b
			s.at++
		}
	}
	return nil, false
}
