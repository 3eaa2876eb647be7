package table

import (
	"encoding/csv"
	"strconv"
	"strings"
	"unicode"
)

// csvDecimals is the precision of numbers with a fraction in CSV.
const csvDecimals = 6

// CSV renders a table with one header line. The last columns are "left_out",
// which names the columns whose statistic left out absent values and how many,
// and "answered_by", the backend, because a file of numbers travels without its folder.
func CSV(t Table) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	record := make([]string, 0, len(t.Columns)+1)
	for _, c := range t.Columns {
		record = append(record, Key(c))
	}
	_ = w.Write(append(record, "left_out", "answered_by")) // a strings.Builder takes everything
	for _, row := range t.Rows {
		record = record[:0]
		var out []string
		for i, v := range row {
			record = append(record, field(t.Columns[i], v))
			if v.Missing > 0 {
				out = append(out, Key(t.Columns[i])+"="+strconv.Itoa(int(v.Missing)))
			}
		}
		_ = w.Write(append(record, strings.Join(out, " "), t.Backend))
	}
	w.Flush()
	return b.String()
}

func field(c Column, v Value) string {
	switch {
	case v.Kind == Absent:
		return ""
	case v.Kind == Number && c.Decimals > 0:
		return fixed(v.Num, csvDecimals)
	}
	v.Missing = 0
	return Cell(c, v)
}

// units spells units out where a sign would be lost from a name.
var units = strings.NewReplacer("% of runs", "pct of runs", "%", "pct", "tok/s", "tok per s", "Δ", "delta", "η", "eta", "−", "minus", "/", "over")

// Key is a column's name for machines: lower case, underscores, unit at its end.
func Key(c Column) string {
	name := c.Group + " " + c.Name
	if c.Long != "" {
		name = c.Long
	}
	name = strings.ToLower(units.Replace(name + " " + c.Unit))
	return strings.Join(strings.FieldsFunc(name, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}), "_")
}
