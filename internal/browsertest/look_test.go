package browsertest

import (
	"bytes"
	"image"
	"image/png"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// check looks at the report in a file in every view. It fails the test when a
// page is blank, too wide, unreadable to those who do not see it, when it asks
// for anything but itself, or when its links or its sorting do not work.
func (b *browser) check(t *testing.T, file string) {
	t.Helper()
	file, err := filepath.Abs(file)
	require.NoError(t, err)
	address := (&url.URL{Scheme: "file", Path: filepath.ToSlash(file)}).String()
	for _, v := range views {
		t.Run(v.name, func(t *testing.T) {
			tab := b.tab(t)
			require.NoError(t, chromedp.Do(tab.ctx, v.emulate(), chromedp.Navigate(address)))
			tab.checkWidth(t, v)
			tab.checkWords(t)
			tab.checkSorting(t)
			tab.checkPicture(t, v)
			tab.checkQuiet(t, address)
		})
	}
	t.Run("print", func(t *testing.T) {
		tab := b.tab(t)
		require.NoError(t, chromedp.Do(tab.ctx, chromedp.Navigate(address)))
		tab.checkPrint(t)
		tab.checkQuiet(t, address)
	})
}

// checkWidth: a page never scrolls sideways; its tables do, in their own boxes.
func (b *tab) checkWidth(t *testing.T, v view) {
	t.Helper()
	width := ask[[]float64](t, b, `[document.documentElement.scrollWidth, window.innerWidth]`)
	assert.LessOrEqual(t, width[0], width[1], "the page is wider than the screen")
	assert.Equal(t, float64(v.width), width[1])
	wide := ask[[]string](t, b, `Array.from(document.querySelectorAll("main *")).filter(function (e) {
		return e.checkVisibility() && !e.closest(".scroll") && !e.closest("svg") && !e.closest("pre") && e.getBoundingClientRect().right > innerWidth + 1;
	}).slice(0, 5).map(function (e) { return e.tagName + " " + e.className + " " + e.textContent.slice(0, 40); })`)
	assert.Empty(t, wide, "these stick out")
}

// checkWords: links lead somewhere, figures have their text, headings are in
// order.
func (b *tab) checkWords(t *testing.T) {
	t.Helper()
	dead := ask[[]string](t, b, `Array.from(document.querySelectorAll("a[href]")).map(function (a) { return a.getAttribute("href"); })
		.filter(function (h) { return !h.startsWith("#") || !document.getElementById(decodeURIComponent(h.slice(1))); })`)
	assert.Empty(t, dead, "links that lead nowhere on the page")
	twice := ask[[]string](t, b, `(function () { var seen = {}; return Array.from(document.querySelectorAll("[id]")).map(function (e) { return e.id; })
		.filter(function (id) { var had = seen[id]; seen[id] = true; return had; }); })()`)
	assert.Empty(t, twice, "ids that are not unique")
	mute := ask[[]string](t, b, `Array.from(document.querySelectorAll("figure, svg[role=img]")).filter(function (f) {
		var svg = f.querySelector("svg[role=img]") || f, said = (svg.getAttribute("aria-labelledby") || "").split(" ").map(function (id) {
			var e = document.getElementById(id); return e ? e.textContent.trim() : ""; });
		return said.length < 2 || said.some(function (s) { return s === ""; });
	}).map(function (f) { return f.id; })`)
	assert.Empty(t, mute, "figures without a text alternative")
	figures := ask[int](t, b, `document.querySelectorAll("figure svg[role=img]").length`)
	contents := ask[int](t, b, `document.querySelectorAll("nav a[href^='#']").length`)
	assert.Positive(t, figures)
	assert.Greater(t, contents, 10, "a table of contents")
}

// keep writes a picture to the folder that envPictures names.
func keep(t *testing.T, name string, content []byte) {
	t.Helper()
	dir := os.Getenv(envPictures)
	if dir == "" {
		return
	}
	test := strings.NewReplacer("/", "-", " ", "_").Replace(t.Name())
	require.NoError(t, os.MkdirAll(dir, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, test+name), content, 0o644))
}

// checkPicture takes one of the screen and one of every figure: there must be
// something on them, on dark paper in dark mode and on light in light.
func (b *tab) checkPicture(t *testing.T, v view) {
	t.Helper()
	ask[bool](t, b, `(window.scrollTo(0, 0), true)`)
	screen, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	require.NoError(t, err)
	keep(t, ".png", screen)
	paper, inked := measure(t, screen)
	assert.Equal(t, v.dark, paper < 0.3, "paper of brightness %.2f", paper)
	assert.Greater(t, inked, 0.01, "share of the screen that is not paper")

	if !v.figures {
		return
	}
	for _, id := range ask[[]string](t, b, `Array.from(document.querySelectorAll("figure[id]")).map(function (f) { return f.id; })`) {
		picture, err := chromedp.Run(b.ctx, chromedp.Screenshot(chromedp.CSS("#"+id+" svg")))
		require.NoError(t, err, id)
		keep(t, "-"+id+".png", picture)
		_, inked := measure(t, picture)
		assert.Greater(t, inked, 0.005, "%s is blank", id)
		assert.True(t, coloured(t, picture), "%s has no colour: the page's style is broken", id)
	}
}

// measure returns the brightness of a picture's most frequent colour, from 0 to 1,
// and the share of points of any other.
func measure(t *testing.T, picture []byte) (paper, inked float64) {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(picture))
	require.NoError(t, err)
	counts, n := colours(img)
	var most [3]uint32
	for c, k := range counts {
		if k > counts[most] {
			most = c
		}
	}
	return float64(most[0]+most[1]+most[2]) / 3 / 0xffff, 1 - float64(counts[most])/float64(n)
}

// coloured reports whether a picture has more than greys.
func coloured(t *testing.T, picture []byte) bool {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(picture))
	require.NoError(t, err)
	counts, _ := colours(img)
	for c := range counts {
		if max(c[0], c[1], c[2])-min(c[0], c[1], c[2]) > 0x4000 {
			return true
		}
	}
	return false
}

func colours(img image.Image) (map[[3]uint32]int, int) {
	counts, n := map[[3]uint32]int{}, 0
	r := img.Bounds()
	for y := r.Min.Y; y < r.Max.Y; y += 2 {
		for x := r.Min.X; x < r.Max.X; x++ {
			red, green, blue, _ := img.At(x, y).RGBA()
			counts[[3]uint32{red, green, blue}]++
			n++
		}
	}
	return counts, n
}

// checkPrint prints the report.
func (b *tab) checkPrint(t *testing.T) {
	t.Helper()
	pdf, err := chromedp.Run(b.ctx, chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperA4), chromedp.PDFPreferCSSPageSize()))
	require.NoError(t, err)
	keep(t, ".pdf", pdf)
	require.True(t, bytes.HasPrefix(pdf, []byte("%PDF-")))
	assert.Greater(t, bytes.Count(pdf, []byte("/Type /Page\n")), 2, "pages")
}

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
