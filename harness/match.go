package harness

import (
	"regexp"
	"strings"
)

// matcher repeats how package testing matches a slash-separated pattern against
// a slash-separated name: element by element, an empty or missing element
// matching anything. (Alternatives with | at the top level are split first.)
type matcher [][]*regexp.Regexp

func newMatcher(pattern string) (matcher, error) {
	var m matcher
	for _, alternative := range split(pattern, '|') {
		var elems []*regexp.Regexp
		for _, p := range split(alternative, '/') {
			re, err := regexp.Compile(p)
			if err != nil {
				return nil, err
			}
			elems = append(elems, re)
		}
		m = append(m, elems)
	}
	return m, nil
}

// name reports whether any alternative matches every element of a name.
func (m matcher) name(name string) bool {
	elems := strings.Split(name, "/")
	for _, alternative := range m {
		ok := true
		for i, re := range alternative {
			ok = ok && i < len(elems) && re.MatchString(elems[i])
		}
		if ok {
			return true
		}
	}
	return false
}

// split cuts at a separator outside brackets and parentheses.
func split(s string, sep byte) []string {
	var out []string
	depth, from := 0, 0
	for i := range len(s) {
		switch s[i] {
		case '[', '(':
			depth++
		case ']', ')':
			depth--
		case sep:
			if depth == 0 {
				out = append(out, s[from:i])
				from = i + 1
			}
		}
	}
	return append(out, s[from:])
}
