package gate

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Globs are one or several patterns: * is any text, ? one character.
type Globs []string

// UnmarshalYAML takes a text or a list of texts.
func (g *Globs) UnmarshalYAML(n *yaml.Node) error {
	nodes := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		nodes = n.Content
	}
	for _, item := range nodes {
		if item.Kind == yaml.AliasNode {
			item = item.Alias
		}
		if item.Kind != yaml.ScalarNode || item.Value == "" || item.Tag == "!!null" {
			return fmt.Errorf("line %d: a name or a list of names", item.Line)
		}
		*g = append(*g, item.Value)
	}
	if len(*g) == 0 {
		return fmt.Errorf("line %d: an empty list; leave the key out for no restriction", n.Line)
	}
	return nil
}

// wild reports whether one of them is a pattern.
func (g Globs) wild() bool { return strings.ContainsAny(strings.Join(g, ""), "*?") }

// matches reports whether a pattern is that of a name.
func matches(pattern, name string) bool {
	if !(Globs{pattern}).wild() {
		return pattern == name
	}
	re := strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(pattern))
	ok, err := regexp.MatchString("^(?s:"+re+")$", name)
	return err == nil && ok
}

// Limit is a floor or a ceiling: a number in the metric's own unit, or a duration
// such as 500ms.
type Limit struct {
	Amount   float64 // seconds where it is a duration
	Duration bool
	Text     string // as it was written
}

// UnmarshalYAML takes a number, a number with a percent sign, or a duration.
func (l *Limit) UnmarshalYAML(n *yaml.Node) error {
	l.Text = n.Value
	if d, err := time.ParseDuration(n.Value); err == nil && n.Value != "0" && n.Kind == yaml.ScalarNode {
		l.Amount, l.Duration = d.Seconds(), true
		return nil
	}
	f, err := parseNumber(n)
	l.Amount = f
	if err != nil {
		return fmt.Errorf("line %d: %q: a number, or a duration such as 500ms", n.Line, n.Value)
	}
	return nil
}

// Percent is a share: 3 and 3 % are the same.
type Percent struct {
	Share float64 // 0.03
	Text  string
}

// UnmarshalYAML takes a number, with a percent sign or without.
func (p *Percent) UnmarshalYAML(n *yaml.Node) error {
	f, err := parseNumber(n)
	if err != nil || f < 0 {
		return fmt.Errorf("line %d: %q: percent, such as 3 or 3 %%", n.Line, n.Value)
	}
	p.Share, p.Text = f/100, strconv.FormatFloat(f, 'g', -1, 64)+" %"
	return nil
}

func parseNumber(n *yaml.Node) (float64, error) {
	f, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(n.Value, "%")), 64)
	if err == nil && (math.IsNaN(f) || math.IsInf(f, 0)) || n.Kind != yaml.ScalarNode {
		err = strconv.ErrRange
	}
	return f, err
}
