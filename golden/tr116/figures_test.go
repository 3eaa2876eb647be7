package tr116_test

import (
	"fmt"
	"iter"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/chimeraforge/duet/harness/table"
)

// shown is a cell without the count of what it left out.
func shown(c table.Column, v table.Value) string {
	v.Missing = 0
	s := table.Cell(c, v)
	if c.Name == "path" || c.Name == "source" || c.Name == "file" {
		return place(s)
	}
	return s
}

// plain is a figure of the study as our cells print it.
func plain(printed string) string {
	switch s := strings.TrimPrefix(printed, "+"); s {
	case "nan", "N/A":
		return table.NA
	case "True", "Yes":
		return "yes"
	case "False", "No":
		return "no"
	default:
		return place(s)
	}
}

// place is a path below the results, in either spelling; anything else is left.
func place(path string) string {
	return strings.TrimPrefix(strings.ReplaceAll(path, `\`, "/"), "experiments/TR116/results/")
}

var aggregate = regexp.MustCompile(`^(=|\w+ )([^;]+);([^;]+);([^;]+)$`)

// resolve is the figure that a place of a sentence asks for, and its table.
func (x index) resolve(f figure) (got, table string, err error) {
	m := aggregate.FindStringSubmatch(f.place)
	if m == nil {
		return "", "", fmt.Errorf("%q is no place of a sentence", f.place)
	}
	how, table, column := strings.TrimSpace(m[1]), m[2], m[4]
	values, flagged := x.values(table, m[3], column)
	if len(values) == 0 {
		return "", table, fmt.Errorf("%q finds nothing", f.place)
	}
	if how == "=" && len(values) != 1 {
		return "", table, fmt.Errorf("%q finds %d cells", f.place, len(values))
	}
	v := over(how, values, flagged)
	if limit, err := strconv.ParseFloat(f.printed, 64); how == "under" && err == nil {
		return bound(f.printed, v, limit), table, nil
	}
	return strconv.FormatFloat(v, 'f', decimals(f.printed), 64), table, nil
}

// bound is what a sentence says of a limit when it is one, else the figure that
// is not below it.
func bound(printed string, v, limit float64) string {
	if v < limit {
		return printed
	}
	return strconv.FormatFloat(v, 'f', decimals(printed)+3, 64)
}

// values are the numbers of a column in the rows that a pattern finds, and those
// of the rows that are flagged for contention.
func (x index) values(table, rows, column string) (values, flagged []float64) {
	for _, r := range x.match(table, rows) {
		_, v, ok := x.cell(table, r, column)
		if !ok {
			continue
		}
		values = append(values, v.Num)
		if _, f, ok := x.cell(table, r, "contention"); ok && f.Yes {
			flagged = append(flagged, v.Num)
		}
	}
	return values, flagged
}

func over(how string, values, flagged []float64) float64 {
	abs := slices.Clone(values)
	for i := range abs {
		abs[i] = math.Abs(abs[i])
	}
	switch how {
	case "min":
		return slices.Min(values)
	case "max":
		return slices.Max(values)
	case "minabs":
		return slices.Min(abs)
	case "maxabs", "under":
		return slices.Max(abs)
	case "count":
		return float64(len(values))
	case "flagged":
		return float64(len(flagged))
	case "flaggedrun":
		if len(flagged) != 1 {
			return math.NaN()
		}
		return flagged[0]
	}
	return values[0]
}

func decimals(printed string) int {
	_, fraction, _ := strings.Cut(printed, ".")
	return len(fraction)
}

// inOrder goes through a map by key.
func inOrder[V any](m map[string]V) iter.Seq2[string, V] {
	return func(yield func(string, V) bool) {
		for _, k := range slices.Sorted(maps.Keys(m)) {
			if !yield(k, m[k]) {
				return
			}
		}
	}
}
