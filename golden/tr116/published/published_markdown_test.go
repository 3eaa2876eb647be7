// Package published takes the rows that Technical Report 116 prints in its
// appendices A, B, C and G out of its Markdown, as the CSV files of
// testdata/tr116.
//
// Figures are as printed, without plus signs and units; what the study could
// not print (nan, N/A) is empty. Words are as printed, but where appendix B
// writes a cell's coordinates in prose they are spelt as in appendix A.
package published

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"regexp"
	"strings"
)

// File is a CSV file: a heading and rows.
type File struct {
	Name string
	Rows [][]string // the first is the heading
}

// CSV is the file's text.
func (f File) CSV() string {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.WriteAll(f.Rows) // a buffer takes everything
	return b.String()
}

// Files takes every file out of the report's Markdown. The error names what is
// missing there.
func Files(markdown string) ([]File, error) {
	s := sections(markdown)
	files := []File{
		table("appendix_a.csv", s["A"]),
		dualRuns("appendix_b.csv", s["B"]),
		statistics("appendix_b_statistics.csv", s["B"]),
		correlations("appendix_b_correlation.csv", s["B"]),
		variance("appendix_b_variance.csv", s["B"]),
		distribution("appendix_b_distribution.csv", s["B"]),
		table("appendix_c.csv", s["C"]),
		notes("appendix_g_python.csv", s["G"], pythonNote, pythonHeading),
		notes("appendix_g_rust.csv", s["G"], rustNote, rustHeading),
	}
	for _, f := range files {
		if len(f.Rows) < 2 {
			return nil, fmt.Errorf("%s: no such rows in the Markdown", f.Name)
		}
	}
	return files, nil
}

var appendix = regexp.MustCompile(`^## Appendix ([A-K]):`)

// sections are the lines of each appendix, by its letter.
func sections(markdown string) map[string][]string {
	out := map[string][]string{}
	letter := ""
	for _, line := range strings.Split(strings.ReplaceAll(markdown, "\r\n", "\n"), "\n") {
		if m := appendix.FindStringSubmatch(line); m != nil {
			letter = m[1]
		}
		out[letter] = append(out[letter], line)
	}
	return out
}

// cells are the cells of a line of a table, nil for any other line and for the
// rule below a heading.
func cells(line string) []string {
	if !strings.HasPrefix(line, "|") || strings.HasPrefix(line, "|--") {
		return nil
	}
	var out []string
	for _, c := range strings.Split(strings.Trim(line, "|"), "|") {
		out = append(out, figure(strings.TrimSpace(c)))
	}
	return out
}

var number = regexp.MustCompile(`^[+]?(-?\d+(?:\.\d+)?)(?:x|%|pp)?$`)

// figure is a printed figure as CSV has it; words stay.
func figure(s string) string {
	if s == "nan" || s == "N/A" {
		return ""
	}
	if m := number.FindStringSubmatch(s); m != nil {
		return m[1]
	}
	return s
}

// table is the one table of a section.
func table(name string, lines []string) File {
	f := File{Name: name}
	for _, line := range lines {
		if row := cells(line); row != nil {
			f.Rows = append(f.Rows, row)
		}
	}
	return f
}

// Read is a file's rows, the heading first.
func Read(path string) ([][]string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return csv.NewReader(bytes.NewReader(data)).ReadAll()
}
