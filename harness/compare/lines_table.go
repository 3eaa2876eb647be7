package compare

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/table"
)

// Tables makes a table for every unit, in order of appearance.
func (r *Reader) Tables() []table.Table {
	keys := r.keys()
	slices.SortStableFunc(r.order, func(a, b *series) int { return compare(keys, a, b) })
	var out []table.Table
	for _, unit := range r.units() {
		out = append(out, r.table(unit, keys))
	}
	return out
}

// units are all units; those of the first line first.
func (r *Reader) units() []string {
	var out []string
	seen := map[string]bool{}
	for _, s := range r.order {
		for _, u := range s.units {
			if !seen[u] {
				seen[u], out = true, append(out, u)
			}
		}
	}
	return out
}

// better says in which direction a unit's values improve.
func (r *Reader) better(unit string) string {
	switch r.reading.Units().GetBetter(unit) {
	case 1:
		return "Higher is better."
	case -1:
		return "Lower is better."
	}
	return "The lines do not say which direction is better."
}

func (r *Reader) table(unit string, keys []key) table.Table {
	t := table.Table{
		ID: "bench_" + Slug(unit), Title: "Benchmark lines: " + unit, Label: r.Label(), Backend: r.Backends(),
		Definition: r.better(unit) + " low, high: 95 % order-statistic interval of the median, n/a below 6 values. sd: n − 1. CV: sd / mean.",
		N:          "One value per line; lines of one name and one configuration are one row.",
	}
	for _, k := range keys {
		t.Columns = append(t.Columns, table.Column{Name: k.name, Text: true, Fold: true})
	}
	rows, scale := r.rows(unit, keys)
	t.Columns = append(t.Columns, statistics(unit, Decimals(scale))...)
	t.Rows = rows
	return t
}

// rows are a table's rows, and the smallest median that is not zero.
func (r *Reader) rows(unit string, keys []key) (rows [][]table.Value, scale float64) {
	for _, s := range r.order {
		i := slices.Index(s.units, unit)
		if i < 0 {
			continue
		}
		var row []table.Value
		for _, k := range keys {
			row = append(row, table.Text(k.of(s)))
		}
		sample := sampleOf(s.values[i])
		center := sample.Center()
		if m := center.Median; m != nil && *m != 0 && (scale == 0 || math.Abs(*m) < scale) {
			scale = math.Abs(*m)
		}
		rows = append(rows, append(row, figures(sample, center)...))
	}
	return rows, scale
}

// sampleOf sorts values in place: they are needed in no other order.
func sampleOf(values []float64) stats.Sample {
	s := stats.Sample{Values: values[:0]}
	for _, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			s.Absent++
			continue
		}
		s.Values = append(s.Values, v)
	}
	slices.Sort(s.Values)
	return s
}

func statistics(unit string, decimals int) []table.Column {
	columns := []table.Column{{Name: "n"}}
	for _, name := range []string{"median", "low", "high", "mean", "sd", "min", "max"} {
		columns = append(columns, table.Column{
			Group: unit, Name: name, Long: strings.ReplaceAll(unit, "/", " per ") + " " + name, Decimals: decimals,
		})
	}
	return append(columns, table.Column{Name: "CV", Unit: "%", Decimals: 1})
}

func figures(s stats.Sample, c stats.Center) []table.Value {
	row := []table.Value{table.Count(s.N()), table.Num(c.Median).WithMissing(s.Absent)}
	for _, f := range []*float64{c.Lo, c.Hi, s.Mean(), s.SD(), s.Min(), s.Max()} {
		row = append(row, table.Num(f))
	}
	cv := s.CV()
	if cv != nil {
		*cv *= 100
	}
	return append(row, table.Num(cv))
}

// Decimals is how many show four figures of a number as small as scale.
func Decimals(scale float64) int {
	if scale == 0 {
		return 0
	}
	return min(12, max(0, 3-int(math.Floor(math.Log10(scale)))))
}

// Slug makes a unit part of a table's id.
func Slug(unit string) string {
	unit = strings.NewReplacer("%", "pct", "/", "_per_").Replace(strings.ToLower(unit))
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '_' {
			return r
		}
		return '_'
	}, unit)
}

func compare(keys []key, a, b *series) int {
	for _, k := range keys {
		if c := k.compare(k.of(a), k.of(b)); c != 0 {
			return c
		}
	}
	return 0
}

// compare compares numbers as numbers and everything else as text.
func (k key) compare(a, b string) int {
	if a == b {
		return 0
	}
	if k.numbers {
		x, _ := strconv.ParseFloat(a, 64) // none comes first, as a zero
		y, _ := strconv.ParseFloat(b, 64)
		if c := cmp.Compare(x, y); c != 0 {
			return c
		}
	}
	return cmp.Compare(a, b)
}

// key is a column that tells rows apart: a part of the name, or a config line.
type key struct {
	name    string
	of      func(*series) string
	numbers bool // its values are numbers in all rows that have it
}

// keys are the benchmark, the keys of its names, then those of the config lines
// that not every name has to share; in order of appearance.
func (r *Reader) keys() []key {
	out := []key{{name: "benchmark", of: func(s *series) string { return s.name.base }}}
	out = append(out, keysIn(r.order, func(s *series) []pair { return s.name.keys })...)
	return append(out, keysIn(r.order, func(s *series) []pair { return s.config })...)
}

func keysIn(all []*series, in func(*series) []pair) []key {
	var out []key
	seen := map[string]bool{}
	for _, s := range all {
		for _, p := range in(s) {
			if seen[p.key] {
				continue
			}
			seen[p.key] = true
			of := func(s *series) string { return value(in(s), p.key) }
			out = append(out, key{p.key, of, numbers(all, of)})
		}
	}
	return out
}

func numbers(all []*series, of func(*series) string) bool {
	return !slices.ContainsFunc(all, func(s *series) bool {
		_, err := strconv.ParseFloat(of(s), 64)
		return of(s) != "" && err != nil
	})
}

func value(pairs []pair, key string) string {
	for _, p := range pairs {
		if p.key == key {
			return p.value
		}
	}
	return ""
}

// Backends names what the lines say answered the requests, "" where they do not.
func (r *Reader) Backends() string {
	return r.words(func(s *series) string { return value(s.config, "backend") }, "; ")
}

// Label is the word that must stand beside the numbers; "" where they are of
// real models on a real machine, or where the lines do not say.
func (r *Reader) Label() string {
	return r.words(func(s *series) string {
		switch kind, models, _ := strings.Cut(value(s.config, "backend"), ", "); {
		case kind == "sim":
			return "SIMULATED"
		case models == "synthetic models":
			return "SYNTHETIC MODELS"
		}
		return ""
	}, ", ")
}

func (r *Reader) words(of func(*series) string, separator string) string {
	found := map[string]bool{}
	for _, s := range r.order {
		if w := of(s); w != "" {
			found[w] = true
		}
	}
	return strings.Join(slices.Sorted(maps.Keys(found)), separator)
}
