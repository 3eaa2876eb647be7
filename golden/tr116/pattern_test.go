package tr116_test

import (
	"regexp"
	"slices"
	"strings"
)

// pattern is a line of the study with places for its figures.
//
//	{K}                    part of the key of a row of the pattern's table
//	{column}               that row's cell
//	{=table;row;column}    the cell of another table
//	{min table;rows;column}, {max …}, {count …}
//	                       over the rows whose key matches an expression
type pattern struct {
	under   string // a heading that the line stands below; "" anywhere
	text    string
	table   string
	context bool // the row's key was set by a heading above

	re    *regexp.Regexp
	slots []string
}

var slot = regexp.MustCompile(`\{[^}]*\}`)

// What may stand in a place.
const (
	anyNumber = `([+-]?(?:\d+(?:\.\d+)?|nan)|N/A)`
	anyWord   = `(\S+)`
	anyKey    = `([\w.-]+)`
)

func (p *pattern) compile() {
	var b strings.Builder
	rest := p.text
	for _, at := range slot.FindAllString(p.text, -1) {
		before, after, _ := strings.Cut(rest, at)
		rest = after
		name := strings.Trim(at, "{}")
		p.slots = append(p.slots, name)
		b.WriteString(regexp.QuoteMeta(before))
		switch {
		case name == "K":
			b.WriteString(anyKey)
		case slices.Contains([]string{"contention", "path", "source", "file"}, name):
			b.WriteString(anyWord)
		case name == "strength":
			b.WriteString(`(\w+.*)`)
		default:
			b.WriteString(anyNumber)
		}
	}
	p.re = regexp.MustCompile("^" + b.String() + regexp.QuoteMeta(rest) + "$")
}

// slotted is the figures of a line, by place, and the key in it.
func (p *pattern) slotted(line string) (key string, found []figure, ok bool) {
	m := p.re.FindStringSubmatch(line)
	if m == nil {
		return "", nil, false
	}
	var parts []string
	for i, name := range p.slots {
		if name == "K" {
			parts = append(parts, canonical(m[i+1]))
			continue
		}
		found = append(found, figure{name, m[i+1]})
	}
	return strings.Join(parts, "/"), found, true
}

// figure is what a place of a pattern holds in a line.
type figure struct{ place, printed string }

// canonical is a name as our tables have it.
func canonical(name string) string {
	name = strings.ToLower(name)
	if name == "py" {
		return "python"
	}
	return name
}
