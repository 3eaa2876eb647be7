package harness

import (
	"fmt"
	"regexp"
	"strings"
)

// matcher repeats how package testing selects a benchmark with -bench and -skip,
// so that a session knows which cells are going to run. It is
// testing.newMatcher, which is not exported.
type matcher struct {
	filter, skip pattern
}

func newMatcher(filter, skip string) (m matcher, err error) {
	if m.filter, err = newPattern("-bench", filter); err != nil {
		return m, err
	}
	if skip != "" {
		m.skip, err = newPattern("-skip", skip)
	}
	return m, err
}

// name reports whether the benchmark of that name is run and reported. One that
// matches only in part would be run, to look for benchmarks below it.
func (m matcher) name(name string) bool {
	elems := strings.Split(name, "/")
	if found, partial := m.skip.matches(elems); found && !partial {
		return false
	}
	found, partial := m.filter.matches(elems)
	return found && !partial
}

// pattern is the alternatives of a slash-separated regular expression; each is
// matched element by element against a slash-separated name.
type pattern [][]*regexp.Regexp

func newPattern(flag, text string) (pattern, error) {
	var p pattern
	for _, alternative := range split(text) {
		var elems []*regexp.Regexp
		for _, e := range alternative {
			re, err := regexp.Compile(strings.ReplaceAll(e, " ", "_")) // as in names
			if err != nil {
				return nil, fmt.Errorf("%s=%s: %w", flag, text, err)
			}
			elems = append(elems, re)
		}
		p = append(p, elems)
	}
	return p, nil
}

// matches reports whether the first alternative that fits the name does so, and
// whether it has more elements than the name.
func (p pattern) matches(name []string) (found, partial bool) {
	for _, alternative := range p {
		if fits(alternative, name) {
			return true, len(name) < len(alternative)
		}
	}
	return false, false
}

func fits(alternative []*regexp.Regexp, name []string) bool {
	for i := range min(len(alternative), len(name)) {
		if !alternative[i].MatchString(name[i]) {
			return false
		}
	}
	return true
}

// split cuts a pattern at | into alternatives and these at / into elements,
// but not inside brackets and parentheses nor after a backslash.
func split(s string) [][]string {
	out := [][]string{nil}
	brackets, parens, from := 0, 0, 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\':
			i++
		case c == '[':
			brackets++
		case c == ']':
			brackets = max(0, brackets-1)
		case brackets > 0:
		case c == '(':
			parens++
		case c == ')':
			parens--
		case parens == 0 && (c == '/' || c == '|'):
			out[len(out)-1] = append(out[len(out)-1], s[from:i])
			from = i + 1
			if c == '|' {
				out = append(out, nil)
			}
		}
	}
	out[len(out)-1] = append(out[len(out)-1], s[from:])
	return out
}
