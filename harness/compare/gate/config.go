package gate

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/chimeraforge/duet/harness/stats"
)

// Version is the version of gates.yaml that is read.
const Version = 1

// Config is a gates.yaml.
type Config struct {
	Name    string `yaml:"-"` // of the file, or of the shipped gate
	Version int    `yaml:"version"`
	Rules   []Rule `yaml:"rules"`
}

// Rule is one rule: what it is about, a limit, and the cells it applies to. Every
// cell must satisfy it.
type Rule struct {
	Name    string `yaml:"name"`
	Metrics Globs  `yaml:"metrics"`

	// One kind of limit: Min, Max or both, or WorseThan.
	Min       *Limit   `yaml:"min"`
	Max       *Limit   `yaml:"max"`
	WorseThan *Percent `yaml:"worse_than"`
	Alpha     *float64 `yaml:"alpha"` // of WorseThan; stats.Alpha where it is absent

	// Resolve makes a WorseThan rule inconclusive where a loss of this size would
	// not have been found four times in five.
	Resolve *Percent `yaml:"resolve"`

	// Cells: all of them where nothing is said, else those that match everything
	// that is said.
	Suite    Globs `yaml:"suite"`
	Runtime  Globs `yaml:"runtime"`
	Model    Globs `yaml:"model"`
	Scenario Globs `yaml:"scenario"`
	Cells    Globs `yaml:"cells"`

	// Optional says that there may be no such cells. A gate in which no rule
	// applies is an error all the same.
	Optional bool `yaml:"optional"`

	line int
}

// Parse reads a gates.yaml; name is the file in messages. Unknown keys, values of
// the wrong kind and limits that say nothing are errors, each with its line.
func Parse(data []byte, name string) (Config, error) {
	c := Config{}
	if line := emptyRule(data); line > 0 {
		return Config{}, fmt.Errorf("%s:%d: an empty rule: a list item with nothing behind its dash", name, line)
	}
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(&c); err != nil {
		return Config{}, fmt.Errorf("%s: %s", name, said(err))
	}
	if err := d.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return Config{}, fmt.Errorf("%s: more than one document", name)
	}
	c.Name = name
	c.place(data)
	return c, c.check()
}

// emptyRule is the line of a list item without a rule, 0 where there is none: a
// decoder leaves such an item out, and the rule that was meant with it.
func emptyRule(data []byte) int {
	for _, rule := range ruleNodes(data) {
		if rule.Tag == "!!null" {
			return rule.Line
		}
	}
	return 0
}

// ruleNodes are the items of the list of rules, none where there is no such list.
func ruleNodes(data []byte) []*yaml.Node {
	var root struct{ Rules yaml.Node }
	if yaml.Unmarshal(data, &root) != nil {
		return nil
	}
	return root.Rules.Content
}

// said is a YAML error on one line.
func said(err error) string {
	if errors.Is(err, io.EOF) {
		return "there is nothing in it"
	}
	if e, ok := errors.AsType[*yaml.TypeError](err); ok {
		return strings.Join(e.Errors, "; ")
	}
	return strings.Join(strings.Fields(strings.TrimPrefix(err.Error(), "yaml: ")), " ")
}

// place finds the lines of the rules.
func (c *Config) place(data []byte) {
	for k, rule := range ruleNodes(data) {
		if k < len(c.Rules) {
			c.Rules[k].line = rule.Line
		}
	}
}

func (c *Config) check() error {
	if c.Version != Version {
		return fmt.Errorf("%s: version %d; this version of benchfmt reads version %d", c.Name, c.Version, Version)
	}
	if len(c.Rules) == 0 {
		return fmt.Errorf("%s: no rules; a gate without a rule would pass everything", c.Name)
	}
	var errs []error
	for i := range c.Rules {
		if err := c.Rules[i].check(); err != nil {
			errs = append(errs, fmt.Errorf("%s:%d: rule %q: %w", c.Name, c.Rules[i].line, c.Rules[i].title(), err))
		}
	}
	return errors.Join(errs...)
}

func (r *Rule) check() error {
	absolute := r.Min != nil || r.Max != nil
	switch {
	case len(r.Metrics) == 0:
		return errors.New("no metrics: say which, such as metrics: efficiency_measured")
	case absolute && r.WorseThan != nil:
		return errors.New("min or max asks about the session itself, worse_than about a baseline: make two rules")
	case !absolute && r.WorseThan == nil:
		return errors.New("no limit: say min, max or worse_than")
	case absolute && (r.Alpha != nil || r.Resolve != nil):
		return errors.New("alpha and resolve belong to worse_than")
	case absolute && r.Metrics.wild():
		return fmt.Errorf("metrics %s: a limit holds for metrics by name", strings.Join(r.Metrics, ", "))
	case r.Alpha != nil && !(*r.Alpha > 0 && *r.Alpha <= 0.5):
		return fmt.Errorf("alpha: %v: a level above 0 and at most 0.5", *r.Alpha)
	case r.Min != nil && r.Max != nil && r.Min.Duration != r.Max.Duration:
		return fmt.Errorf("min %s and max %s: one is a time, the other is none", r.Min.Text, r.Max.Text)
	case r.Min != nil && r.Max != nil && r.Min.Amount > r.Max.Amount:
		return fmt.Errorf("min %s is above max %s", r.Min.Text, r.Max.Text)
	}
	return nil
}

func (r *Rule) alpha() float64 {
	if r.Alpha == nil {
		return stats.Alpha
	}
	return *r.Alpha
}

// title is the rule's name, or what it says.
func (r *Rule) title() string {
	if r.Name != "" {
		return r.Name
	}
	parts := []string{strings.Join(r.Metrics, ", ")}
	if r.Min != nil {
		parts = append(parts, "at least "+r.Min.Text)
	}
	if r.Max != nil {
		parts = append(parts, "at most "+r.Max.Text)
	}
	if r.WorseThan != nil {
		parts = append(parts, "no worse by more than "+r.WorseThan.Text)
	}
	return strings.Join(parts, " ")
}

// Relative reports whether some rule needs a baseline.
func (c *Config) Relative() bool {
	return slices.ContainsFunc(c.Rules, func(r Rule) bool { return r.WorseThan != nil })
}

// DefaultName is the shipped gate's name, wherever a gates.yaml can be named.
const DefaultName = "default"

// DefaultYAML is the shipped gate as a file, comments and all.
//
//go:embed default.yaml
var DefaultYAML []byte

// SchemaJSON is the JSON schema of a gates.yaml.
//
//go:embed schema.json
var SchemaJSON []byte

// Default is the shipped gate. It is right by a test.
func Default() Config {
	c, err := Parse(DefaultYAML, DefaultName)
	if err != nil {
		panic("gate: the shipped gate: " + err.Error())
	}
	return c
}

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

func (g Globs) wild() bool { return strings.ContainsAny(strings.Join(g, ""), "*?") }

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
	Amount   float64 // nanoseconds where it is a duration
	Duration bool
	Percent  bool   // it has the sign
	Text     string // as it was written
}

// UnmarshalYAML takes a number, a number with a percent sign, or a duration.
func (l *Limit) UnmarshalYAML(n *yaml.Node) error {
	l.Text = n.Value
	if d, err := time.ParseDuration(n.Value); err == nil && n.Value != "0" && n.Kind == yaml.ScalarNode {
		l.Amount, l.Duration = float64(d), true
		return nil
	}
	f, err := parseNumber(n)
	l.Amount, l.Percent = f, strings.HasSuffix(n.Value, "%")
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
