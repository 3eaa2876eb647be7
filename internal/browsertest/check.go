package browsertest

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Check looks at the report in a file in every view. It fails the test when a
// page is blank, too wide, unreadable to those who do not see it, when it asks
// for anything but itself, or when its links or its sorting do not work.
func (b *Browser) Check(t *testing.T, file string) {
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

// keep writes a picture to the folder that EnvPictures names.
func keep(t *testing.T, name string, content []byte) {
	t.Helper()
	dir := os.Getenv(EnvPictures)
	if dir == "" {
		return
	}
	test := strings.NewReplacer("/", "-", " ", "_").Replace(t.Name())
	require.NoError(t, os.MkdirAll(dir, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, test+name), content, 0o644))
}
