package matrix

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// Slug turns any model name into one path element that is also safe inside a
// benchmark name: letters, digits, '_' and '.' and '-' only, never starting
// with a dot, never ending in hyphen-digits (which readers of benchmark lines
// take for GOMAXPROCS), at most 64 bytes.
//
// An ordinary name stays readable, after the study's own folders:
//
//	qwen2.5:7b                 qwen2p5_7b
//	llama3.1:8b-instruct-q4_0  llama3p1_8b-instruct-q4_0
//
// A name from which something had to be dropped, or which could be mistaken
// for another's slug, gets a hash of the whole name behind it, so two different
// models never share a folder.
func Slug(model string) string {
	var b strings.Builder
	exact := true
	colons := 0
	for _, r := range model {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-':
			b.WriteRune(r)
		case r == '.':
			b.WriteByte('p')
			exact = exact && isNumberDot(model)
		case r == ':':
			colons++
			b.WriteByte('_')
		case r == '_':
			b.WriteByte('_')
		default: // upper case too: two names that differ in case share a folder on macOS and Windows
			b.WriteByte('_')
			exact = false
		}
	}
	s := b.String()
	// One colon before any underscore is the only shape in which '_' can be read back.
	if i := strings.IndexByte(model, '_'); colons > 1 || (i >= 0 && i < strings.IndexByte(model, ':')) || (i >= 0 && colons == 0) {
		exact = false
	}
	if exact && s != "" && len(s) <= 64 && !endsLikeProcs(s) && s[0] != '-' && !reserved(s) {
		return s
	}
	sum := sha256.Sum256([]byte(model))
	s = strings.Trim(s[:min(len(s), 48)], "-")
	return s + "_x" + hex.EncodeToString(sum[:4]) + "x"
}

// isNumberDot reports whether every dot of a name stands between two digits,
// as in a version: only then does 'p' read back as a dot.
func isNumberDot(s string) bool {
	for i := range len(s) {
		if s[i] == '.' && (i == 0 || i == len(s)-1 || !digit(s[i-1]) || !digit(s[i+1])) {
			return false
		}
		if s[i] == 'p' && i > 0 && i < len(s)-1 && digit(s[i-1]) && digit(s[i+1]) {
			return false
		}
	}
	return true
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// endsLikeProcs reports whether s ends in a hyphen and digits.
func endsLikeProcs(s string) bool {
	t := strings.TrimRight(s, "0123456789")
	return len(t) < len(s) && strings.HasSuffix(t, "-")
}

// reserved reports whether s is a device name on Windows.
func reserved(s string) bool {
	switch strings.ToLower(s) {
	case "con", "prn", "aux", "nul":
		return true
	}
	t := strings.TrimRight(strings.ToLower(s), "123456789")
	return len(t) == len(s)-1 && (t == "com" || t == "lpt")
}
