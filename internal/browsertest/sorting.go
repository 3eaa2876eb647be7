package browsertest

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// checkSorting sorts a table up with the mouse, down with the keyboard, and
// back.
func (b *tab) checkSorting(t *testing.T) {
	t.Helper()
	head := b.sortable(t)
	before := b.column(t)
	require.NoError(t, chromedp.Do(b.ctx, chromedp.ScrollIntoView(chromedp.CSS(head)), chromedp.Click(chromedp.CSS(head))))
	assert.Equal(t, "ascending", b.order(t))
	up := b.column(t)
	assert.True(t, inOrder(up, 1), "sorted up by the mouse: %v", up)

	require.NoError(t, chromedp.Do(b.ctx, chromedp.Focus(chromedp.CSS(head)), chromedp.KeyEvent(kb.Enter)))
	assert.Equal(t, "descending", b.order(t))
	down := b.column(t)
	assert.True(t, inOrder(down, -1), "sorted down by the keyboard: %v", down)

	require.NoError(t, chromedp.Do(b.ctx, chromedp.Focus(chromedp.CSS(head)), chromedp.KeyEvent(" ")))
	assert.Empty(t, b.order(t))
	assert.Equal(t, before, b.column(t), "back in the report's order")
}

// sortable marks a column of numbers whose order can change, and returns the
// selector of its button.
func (b *tab) sortable(t *testing.T) string {
	t.Helper()
	found := ask[string](t, b, `(function () {
		for (const table of document.querySelectorAll("table.sort")) for (const head of table.querySelectorAll("th.n[data-c]")) {
			const values = Array.from(table.tBodies[0].rows).map(function (r) { return parseFloat(r.cells[+head.dataset.c].textContent); });
			if (values.some(function (v, i) { return i > 0 && v < values[i - 1]; })) {
				table.dataset.checked = head.dataset.c;
				head.dataset.checked = "";
				return head.textContent + " ";
			}
		}
		return "";
	})()`)
	require.NotEmpty(t, found, "no table that could be sorted")
	return "th[data-checked] button"
}

// column are the words of the marked column.
func (b *tab) column(t *testing.T) []string {
	t.Helper()
	return ask[[]string](t, b, `(function () { const table = document.querySelector("table[data-checked]");
		return Array.from(table.tBodies[0].rows).map(function (r) { return r.cells[+table.dataset.checked].textContent.trim(); }); })()`)
}

func (b *tab) order(t *testing.T) string {
	t.Helper()
	return ask[string](t, b, `document.querySelector("th[data-checked]").getAttribute("aria-sort") || ""`)
}

// inOrder reports whether numbers go one way and what is absent comes last.
func inOrder(cells []string, sign float64) bool {
	var values []float64
	absent := false
	for _, c := range cells {
		first, _, _ := strings.Cut(c, " ")
		v, err := strconv.ParseFloat(first, 64)
		if err == nil && absent {
			return false
		}
		if absent = err != nil; !absent {
			values = append(values, sign*v)
		}
	}
	return slices.IsSorted(values)
}
