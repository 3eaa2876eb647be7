package compare

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/perf/benchunit"

	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/table"
)

// Tables makes a table for every unit, in order of appearance.
func (r *Reader) Tables() []table.Table {
	keys := r.columns()
	slices.SortStableFunc(r.order, func(a, b *series) int {
		for _, k := range keys {
			if c := k.compare(k.of(a), k.of(b)); c != 0 {
				return c
			}
		}
		return 0
	})
	var units []string // those of the first line first
	for _, s := range r.order {
		for _, u := range s.units {
			if !slices.Contains(units, u) {
				units = append(units, u)
			}
		}
	}
	var out []table.Table
	for _, unit := range units {
		out = append(out, r.table(unit, keys))
	}
	return out
}

// column tells rows apart: a part of the name, or a config line.
type column struct {
	name    string
	of      func(*series) string
	numbers bool // its values are numbers in all rows that have it
}

// columns are the benchmark, the keys of its names, then those of the config lines
// that not every name has to share; in order of appearance.
func (r *Reader) columns() []column {
	out := []column{{name: "benchmark", of: func(s *series) string { return s.base }}}
	out = append(out, columnsOf(r.order, func(s *series) []Key { return s.keys })...)
	return append(out, columnsOf(r.order, func(s *series) []Key { return s.config })...)
}

func columnsOf(all []*series, in func(*series) []Key) []column {
	var out []column
	for _, s := range all {
		for _, k := range in(s) {
			if slices.ContainsFunc(out, func(c column) bool { return c.name == k.Name }) {
				continue
			}
			of := func(s *series) string { return valueOf(in(s), k.Name) }
			out = append(out, column{k.Name, of, numbers(all, of)})
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

func (c column) compare(a, b string) int {
	if !c.numbers || a == b {
		return cmp.Compare(a, b)
	}
	x, _ := strconv.ParseFloat(a, 64) // none comes first, as a zero
	y, _ := strconv.ParseFloat(b, 64)
	return cmp.Or(cmp.Compare(x, y), cmp.Compare(a, b))
}

var directionOfLines = map[int]string{1: "Higher is better.", -1: "Lower is better.", 0: "The lines do not say which direction is better."}

func (r *Reader) table(unit string, keys []column) table.Table {
	factor, shown := benchunit.Tidy(1, unit)
	t := table.Table{
		ID: "bench_" + slug(shown), Title: "Benchmark lines: " + shown, Label: r.Label(), Backend: r.Backends(),
		Definition: directionOfLines[r.better(unit)] + " low, high: 95 % order-statistic interval of the median, n/a below 6 values. sd: n − 1. CV: sd / mean.",
		N:          "One value per line; lines of one name and one configuration are one row.",
	}
	for _, k := range keys {
		t.Columns = append(t.Columns, table.Column{Name: k.name, Text: true, Fold: true})
	}
	var medians []*float64
	for _, s := range r.order {
		i := slices.Index(s.units, unit)
		if i < 0 {
			continue
		}
		var row []table.Value
		for _, k := range keys {
			row = append(row, table.Text(k.of(s)))
		}
		sample := stats.SampleOf(len(s.values[i]), func(k int) *float64 { return &s.values[i][k] }).Scaled(factor)
		center := sample.Center()
		medians = append(medians, center.Median)
		t.Rows = append(t.Rows, append(row, figures(sample, center)...))
	}
	t.Columns = append(t.Columns, statistics(shown, decimals(medians))...)
	return t
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
	for _, f := range []*float64{c.Lo, c.Hi, s.Mean(), s.SD(), s.Min(), s.Max(), stats.Scaled(s.CV(), 100)} {
		row = append(row, table.Num(f))
	}
	return row
}

// decimals are how many show four figures of the smallest median that is not zero.
func decimals(medians []*float64) int {
	scale := 0.0
	for _, m := range medians {
		if m != nil && *m != 0 && (scale == 0 || math.Abs(*m) < scale) {
			scale = math.Abs(*m)
		}
	}
	if scale == 0 {
		return 0
	}
	return min(12, max(0, 3-int(math.Floor(math.Log10(scale)))))
}

func slug(unit string) string {
	unit = strings.NewReplacer("%", "pct", "/", "_per_").Replace(strings.ToLower(unit))
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '_' {
			return r
		}
		return '_'
	}, unit)
}
