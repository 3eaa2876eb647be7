package settings

import (
	"flag"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/chimeraforge/duet/harness/plan"
)

// Flags is what Register returns: the values users gave, not yet checked.
type Flags struct {
	set    *flag.FlagSet
	values map[string]*string
}

// Register adds every setting to a flag set. Call it from a package variable of
// a test package, so that the flags exist before testing parses them.
func Register(set *flag.FlagSet) *Flags {
	f := &Flags{set: set, values: map[string]*string{}}
	for _, field := range Fields {
		f.values[field.Name] = set.String(field.Flag(), field.Default, field.Meaning+" ("+field.Env()+")")
	}
	return f
}

// Load resolves every setting: the flag if it was given, else the variable if
// it is set and not empty, else the default. getenv is os.LookupEnv outside
// tests. The error names the setting, the value and what is allowed, in one line.
func (f *Flags) Load(getenv func(string) (string, bool)) (Settings, error) {
	given := map[string]bool{}
	f.set.Visit(func(fl *flag.Flag) { given[fl.Name] = true })
	var s Settings
	for _, field := range Fields {
		value, source := *f.values[field.Name], "-"+field.Flag()
		if env, ok := getenv(field.Env()); ok && env != "" && !given[field.Flag()] {
			value, source = env, field.Env()
		}
		if err := field.parse(&s, value); err != nil {
			return Settings{}, fmt.Errorf("%s=%s: %w", source, printable(value), err)
		}
	}
	return s, s.check()
}

// printable keeps an error on its line and a terminal in order.
func printable(value string) string {
	if strings.ContainsFunc(value, unicode.IsControl) {
		return strconv.Quote(value)
	}
	return value
}

// check refuses combinations.
func (s *Settings) check() error {
	if s.Servers == Sim && len(s.Endpoints) > 0 {
		return fmt.Errorf("-duet.endpoints: the simulator chooses its own; leave it out, or use -duet.servers=reuse")
	}
	if s.Baseline != "" && s.Gate == "" {
		return fmt.Errorf("-duet.baseline=%s: there is no gate that compares with it; say -duet.gate=default, or a gates.yaml", printable(s.Baseline))
	}
	if s.OnlyRound > s.Rounds {
		return fmt.Errorf("-duet.only-round=%d: the session has %d rounds (-duet.rounds)", s.OnlyRound, s.Rounds)
	}
	if s.OnlyRound > 0 && s.Gate != "" {
		return fmt.Errorf("-duet.gate=%s: a gate judges whole sessions, and -duet.only-round=%d measures one round", printable(s.Gate), s.OnlyRound)
	}
	if a, b := s.KWh.Currency, s.GPUHour.Currency; a != "" && b != "" && a != b {
		return fmt.Errorf("-duet.kwh-price is in %s and -duet.gpu-hour-price in %s; give both in one currency", a, b)
	}
	if s.SameOK && len(s.Endpoints) == 2 && s.Endpoints[0] == s.Endpoints[1] {
		s.Topology = []string{plan.TopologyOne} // that is what it is, and so it is recorded
	}
	return s.checkContainers()
}
