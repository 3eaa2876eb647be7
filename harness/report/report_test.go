package report_test

import (
	"encoding/xml"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden"
	"github.com/chimeraforge/duet/golden/synthetic"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/report"
)

func page(t *testing.T, runs []*record.Run) string {
	t.Helper()
	html, err := report.Build(runs, nil).HTML()
	require.NoError(t, err)
	return html
}

func TestReportOfTheSyntheticSession(t *testing.T) {
	r := report.Build(synthetic.Runs(), nil)
	golden.Assert(t, "report.md", r.Markdown())
	golden.Assert(t, "report.html", page(t, synthetic.Runs()))
}

func TestTwoRenderingsAreTheSameBytesWhateverTheOrder(t *testing.T) {
	runs := synthetic.Runs()
	want := page(t, runs)
	slices.Reverse(runs)
	assert.Equal(t, want, page(t, runs))
}

func TestEveryTableOfAReportSaysThatRunsAreInvalid(t *testing.T) {
	runs := synthetic.Runs()
	runs[0].Meter = &record.Meter{TTFTErrorNS: 1e9}
	for _, table := range report.Build(runs, nil).Tables {
		assert.Contains(t, strings.Join(table.Notes, " "), "INVALID runs: 1 of 36 (go).", table.ID)
	}
}

func TestWhatDoesNotHoldOfASessionStandsAboveEverythingAndBeforeTheAnswer(t *testing.T) {
	r := report.Build(synthetic.Runs(), nil)
	answer := r.Findings[0]
	r.Doubt("")
	assert.Empty(t, r.Invalid)
	assert.Equal(t, answer, r.Findings[0], "nothing is said of a valid session")

	r.Doubt("NOT VALID: <b>x</b>")
	html, err := r.HTML()
	require.NoError(t, err)
	for what, text := range map[string]string{"page": html, "report.md": r.Markdown()} {
		loud, title := strings.Index(text, "NOT VALID: &lt;b&gt;"), strings.Index(text, "SIMULATED –")
		require.Positive(t, loud, what)
		if what == "page" {
			loud = strings.Index(text, `<p class="banner" role="alert">NOT VALID`)
			title = strings.Index(text, `<p class="banner" role="note">SIMULATED`)
		}
		assert.Less(t, loud, title, "%s: above even the word about the servers", what)
		assert.NotContains(t, text, "<b>x", what)
	}
	assert.Equal(t, []string{"NOT VALID: <b>x</b>", answer}, r.Findings[:2])
}

func TestNoWordOfARunIsMarkup(t *testing.T) {
	runs := synthetic.Runs()
	for _, r := range runs {
		r.Session = "</style><script>x()</script>"
		r.Cell = r.Cell.With(record.CoordModel, "<img src=x onerror=y()>")
	}
	html := page(t, runs)
	assert.Equal(t, 1, strings.Count(html, "<script"), "the page's own")
	assert.NotContains(t, html, "<img")
	assert.NotContains(t, report.Build(runs, nil).Markdown(), "<script")
}

func TestAReportNeedsNoNetworkAndNoScript(t *testing.T) {
	html, script, found := strings.Cut(page(t, synthetic.Runs()), "<script>")
	require.True(t, found)
	assert.Regexp(t, `</script>\s*</body>\s*</html>\s*$`, script, "nothing comes after the script that only sorts")
	for _, bad := range []string{"<script", "<link", "src=", "@import", "url("} {
		assert.NotContains(t, html, bad)
	}
}

func TestFiguresAreXMLWithTitleDescriptionAndLabel(t *testing.T) {
	r := report.Build(synthetic.Runs(), nil)
	require.NotEmpty(t, r.Figures)
	for _, f := range r.Figures {
		svg := f.SVG()
		for d := xml.NewDecoder(strings.NewReader(svg)); ; {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", f.ID, err)
			}
		}
		assert.Contains(t, svg, "<title ")
		assert.Contains(t, svg, "<desc ")
		assert.Contains(t, svg, "SIMULATED")
		assert.NotContains(t, svg, "NaN")
		assert.NotContains(t, svg, "Inf")
	}
}

func TestRealMeasurementsHaveNoLoudLabelAndSyntheticModelsHaveTheirs(t *testing.T) {
	runs := synthetic.Runs()
	for _, r := range runs {
		r.Backend = record.Backend{Kind: "process", Synthetic: true}
	}
	assert.Equal(t, "SYNTHETIC MODELS – real servers, random weights", report.Build(runs, nil).Label)
	for _, r := range runs {
		r.Backend.Synthetic = false
	}
	assert.Empty(t, report.Build(runs, nil).Label)
}

func TestAReportOfOnlyFailedOrEmptyRunsStillRenders(t *testing.T) {
	runs := synthetic.Runs()
	for _, r := range runs {
		r.Status, r.Error, r.Passes = record.StatusFailed, "no", nil
	}
	html := page(t, runs)
	assert.NotContains(t, html, "NaN")
	page(t, nil)
}

func TestWriteLeavesEveryFile(t *testing.T) {
	dir := t.TempDir()
	html, err := report.Build(synthetic.Runs(), nil).Write(dir)
	require.NoError(t, err)
	assert.Equal(t, filepath.Join(dir, "report.html"), html)
	for _, name := range []string{"report.md", "tables/config.csv", "figures/efficiency.svg"} {
		_, err := os.Stat(filepath.Join(dir, filepath.FromSlash(name)))
		assert.NoError(t, err)
	}
}

func TestThePagesStyleIsWhole(t *testing.T) {
	_, rest, _ := strings.Cut(page(t, synthetic.Runs()), "<style>")
	style, _, found := strings.Cut(rest, "</style>")
	require.True(t, found)
	assert.Equal(t, strings.Count(style, "{"), strings.Count(style, "}"), "a brace that is left open takes the figures' colours with it")
}

func TestALongTableIsCutOnThePageAndWholeInItsCSV(t *testing.T) {
	var runs []*record.Run
	for n := range 300 {
		runs = append(runs, synthetic.Pair("alpha:7b", "chimera-homo", n+1, 1.5))
	}
	r := report.Build(runs, nil)
	for what, text := range map[string]string{"page": page(t, runs), "report.md": r.Markdown()} {
		assert.Contains(t, text, "These are the first 200 of 300 rows. All of them are in tables/runs", what)
	}
	dir := t.TempDir()
	_, err := r.Write(dir)
	require.NoError(t, err)
	data, err := os.ReadFile(filepath.Join(dir, "tables", "runs_multi.csv"))
	require.NoError(t, err)
	assert.Equal(t, 301, strings.Count(string(data), "\n"))
}

func TestEveryTableSaysWhatItIsAndHasAPlaceAndAnIDOfItsOwn(t *testing.T) {
	seen := map[string]bool{}
	for _, table := range report.Build(synthetic.Runs(), nil).Tables {
		assert.NotEmpty(t, table.Section, table.ID)
		assert.NotEmpty(t, table.Title, table.ID)
		assert.NotEmpty(t, table.Definition, table.ID)
		assert.NotEmpty(t, table.N, table.ID)
		assert.False(t, seen[table.ID], "%s twice", table.ID)
		seen[table.ID] = true
	}
}
