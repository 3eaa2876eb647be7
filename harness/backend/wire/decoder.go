package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/chimeraforge/duet/harness/record"
)

// chunk is the part of a line that a measurement needs. Its texts are valid until
// the next line is decoded.
type chunk struct {
	model              []byte // the server's name of what answers
	response, thinking []byte
	done               bool
	reason, failure    []byte // done_reason, error
	timings            record.ServerTimings
}

// decoder decodes one line after another. It has a way of its own for lines as
// servers write them, which allocates nothing, and asks encoding/json about any
// other: where a line is wrong, strange or rare, its word counts. FuzzDecode holds
// the two to each other.
//
// # Why
//
// encoding/json took six tenths of the client's processor time when tokens came
// many in a packet, and a third of it when they came one by one; it reads a line
// twice and allocates every text.
type decoder struct {
	chunk   chunk
	scratch []byte // texts that had escapes
}

// decode decodes a line.
func (d *decoder) decode(line []byte) (*chunk, error) {
	d.chunk, d.scratch = chunk{}, d.scratch[:0]
	if s := (scanner{line: line, d: d}); s.object() {
		return &d.chunk, nil
	}
	return d.ask(line)
}

// ask has encoding/json decode a line. Ollama leaves out durations and counts
// that are zero, so they are pointers.
func (d *decoder) ask(line []byte) (*chunk, error) {
	var c struct {
		Model      string          `json:"model"`
		Response   string          `json:"response"`
		Thinking   string          `json:"thinking"`
		Done       bool            `json:"done"`
		DoneReason string          `json:"done_reason"`
		Error      json.RawMessage `json:"error"`
		Total      *whole          `json:"total_duration"`
		Load       *whole          `json:"load_duration"`
		PromptEval *whole          `json:"prompt_eval_duration"`
		Eval       *whole          `json:"eval_duration"`
		Prompt     *whole          `json:"prompt_eval_count"`
		Cached     *whole          `json:"prompt_eval_cached_count"`
		Tokens     *whole          `json:"eval_count"`
	}
	if err := json.Unmarshal(line, &c); err != nil {
		var number notWhole
		if errors.As(err, &number) {
			return nil, fmt.Errorf("%w, in the stream: %s", number, excerpt(line))
		}
		return nil, fmt.Errorf("not JSON in the stream: %s", excerpt(line))
	}
	d.chunk = chunk{[]byte(c.Model), []byte(c.Response), []byte(c.Thinking), c.Done, []byte(c.DoneReason), []byte(failure(c.Error)), record.ServerTimings{
		TotalNS: (*int64)(c.Total), LoadNS: (*int64)(c.Load), PromptEvalNS: (*int64)(c.PromptEval), EvalNS: (*int64)(c.Eval),
		PromptTokens: (*int64)(c.Prompt), CachedTokens: (*int64)(c.Cached), Tokens: (*int64)(c.Tokens),
	}}
	return &d.chunk, nil
}

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
	case "model":
		return s.text(&c.model)
	case "response":
		return s.text(&c.response)
	case "thinking":
		return s.text(&c.thinking)
	case "done_reason":
		return s.text(&c.reason)
	case "error":
		return false // it comes in many forms, and once
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
	case "prompt_eval_cached_count":
		return s.whole(&c.timings.CachedTokens)
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
