package trust_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/record"
)

// TestEveryNumberInTheTablesOfTheAudit reads the two tables of recomputed
// figures in the audit that was made by hand, cell by cell.
func TestEveryNumberInTheTablesOfTheAudit(t *testing.T) {
	data, err := os.ReadFile(shared(t, "AUDIT.md"))
	require.NoError(t, err)
	f := studyFindings(t)["mixed-definitions"]
	compared := 0
	for _, table := range pipeTables(string(data)) {
		compared += compareTable(t, f, table)
	}
	assert.Equal(t, 4*3+12*4, compared, "cells: four formulas for two runtimes and their gap; twelve cells under four")
	t.Logf("%d cells of AUDIT.md are equal to the printed digit", compared)
}

// formulaOf names our columns after the audit's rows and columns.
var formulaOf = []struct{ says, name string }{
	{"published", "published"}, {"server", "server formula"}, {"client", "client formula"}, {"÷", "together ÷ solo"},
}

func compareTable(t *testing.T, f record.Finding, table [][]string) int {
	t.Helper()
	n := 0
	for _, row := range table[1:] {
		for i := 1; i < len(row); i++ {
			of, name := whose(row[0], table[0][i])
			if of == "" {
				continue
			}
			n++
			assert.Equal(t, row[i], printed(t, f, of, name, row[i]), "%s, %s", row[0], table[0][i])
		}
	}
	return n
}

// whose finds the figure of a cell: its row is a formula and its column a
// runtime, or its row a cell of the matrix and its column a formula.
func whose(row, column string) (of, name string) {
	switch column {
	case "Python", "Rust", "gap":
		if name := formula(row); name != "" {
			return strings.ToLower(column), name
		}
		return "", ""
	}
	parts := strings.Fields(row)
	if len(parts) != 3 || parts[0] != "python" && parts[0] != "rust" {
		return "", ""
	}
	model := map[string]string{"gemma3": "gemma3:latest", "llama3.1": "llama3.1:8b-instruct-q4_0", "qwen2.5": "qwen2.5:7b"}[parts[1]]
	return fmt.Sprintf("%s %s %s", parts[0], model, parts[2]), formula(column)
}

func formula(says string) string {
	for _, f := range formulaOf {
		if strings.Contains(says, f.says) {
			return f.name
		}
	}
	return ""
}

// printed is the figure with an sd where the audit has one.
func printed(t *testing.T, f record.Finding, of, name, want string) string {
	t.Helper()
	got := figure(t, f, of, name)
	if !strings.Contains(want, "±") {
		got, _, _ = strings.Cut(got, " ±")
	}
	return got
}

var pipeTable = regexp.MustCompile(`(?m)(?:^\|.*\|\n)+`)

// pipeTables are the Markdown tables of a text, without emphasis and rules.
func pipeTables(text string) [][][]string {
	var out [][][]string
	for _, block := range pipeTable.FindAllString(text, -1) {
		var rows [][]string
		for line := range strings.Lines(block) {
			if strings.HasPrefix(line, "|---") {
				continue
			}
			cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
			for i := range cells {
				cells[i] = strings.Trim(strings.TrimSpace(cells[i]), "*")
			}
			rows = append(rows, cells)
		}
		out = append(out, rows)
	}
	return out
}
