package compare

import (
	"slices"
	"strings"
)

// Series is the values of one benchmark under one configuration, for readers
// that want no tables.
type Series struct {
	Name   string       // of the benchmark with its keys, without the processors
	Base   string       // of the benchmark alone
	Keys   []ConfigLine // of the name
	Config []ConfigLine // of the lines above
	Units  []string     // as the format's readers tidy them
	Values [][]float64
	Lines  int
}

// ConfigLine is a key with its value.
type ConfigLine struct{ Key, Value string }

// Series are all of them, in order of appearance until Tables has sorted them.
func (r *Reader) Series() []Series {
	var out []Series
	for _, s := range r.order {
		one := Series{Base: s.name.base, Name: s.name.full(), Units: s.units, Lines: s.lines, Config: pairs(s.config)}
		one.Keys = slices.DeleteFunc(pairs(s.name.keys), func(p ConfigLine) bool { return p.Key == procsKey })
		for _, v := range s.values {
			one.Values = append(one.Values, slices.Clone(v))
		}
		out = append(out, one)
	}
	return out
}

// Better is +1 where higher values of a unit are better, −1 where lower ones are,
// 0 where the lines do not say.
func (r *Reader) Better(unit string) int {
	if r.reading == nil {
		return 0
	}
	return r.reading.Units().GetBetter(unit)
}

// full is the name as it was written, without the processors.
func (n name) full() string {
	var b strings.Builder
	b.WriteString(n.base)
	for _, k := range n.keys {
		switch {
		case k.key == procsKey:
		case strings.HasPrefix(k.key, partKey):
			b.WriteString("/" + k.value)
		default:
			b.WriteString("/" + k.key + "=" + k.value)
		}
	}
	return b.String()
}

func pairs(all []pair) []ConfigLine {
	var out []ConfigLine
	for _, p := range all {
		out = append(out, ConfigLine{p.key, p.value})
	}
	return out
}
