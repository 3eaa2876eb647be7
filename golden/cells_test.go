package golden

import (
	"strings"
	"testing"
)

const page = "## Rates\n\n| runtime | run | rate, tok/s |\n|---|---:|---:|\n| go | 1 | 12.3 |\n| go \\| x | 2 | %s |\n\nn: 2\n"

func TestAFigureThatMovedIsNamedByTableRowAndColumn(t *testing.T) {
	got := differ(strings.Replace(page, "%s", "4.0", 1), strings.Replace(page, "%s", "4.1", 1))
	want := `table "Rates", row 2 (go \| x), column "rate, tok/s": want 4.0, got 4.1`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestWhatIsNoFigureIsADifferenceToo(t *testing.T) {
	one := strings.Replace(page, "%s", "4.0", 1)
	for name, other := range map[string]string{
		"words below the table": strings.Replace(one, "n: 2", "n: 3", 1),
		"a row less":            strings.Replace(one, "| go | 1 | 12.3 |\n", "", 1),
		"another column":        strings.Replace(one, "| run |", "| round |", 1),
	} {
		if differ(one, other) == "" {
			t.Errorf("%s is not seen", name)
		}
	}
	if said := differ(one, one); said != "" {
		t.Errorf("the same document differs: %s", said)
	}
}

func TestAssertTablesPrintsTheUpdateCommand(t *testing.T) {
	if *update {
		t.Skip("golden files are being rewritten")
	}
	r := &recorder{TB: t}
	AssertTables(r, "missing.md", page)
	if want := "go test ./golden -run '^TestTable$' -golden.update"; !strings.Contains(r.failed, want) {
		t.Errorf("%q does not say %q", r.failed, want)
	}
}
