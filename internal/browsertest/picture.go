package browsertest

import (
	"bytes"
	"image"
	"image/png"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// checkPicture takes one of the screen and one of every figure: there must be
// something on them, on dark paper in dark mode and on light in light.
func (b *tab) checkPicture(t *testing.T, v view) {
	t.Helper()
	ask[bool](t, b, `(window.scrollTo(0, 0), true)`)
	screen, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	require.NoError(t, err)
	keep(t, ".png", screen)
	paper, inked := look(t, screen)
	assert.Equal(t, v.dark, paper < 0.3, "paper of brightness %.2f", paper)
	assert.Greater(t, inked, 0.01, "share of the screen that is not paper")

	if !v.figures {
		return
	}
	for _, id := range ask[[]string](t, b, `Array.from(document.querySelectorAll("figure[id]")).map(function (f) { return f.id; })`) {
		picture, err := chromedp.Run(b.ctx, chromedp.Screenshot(chromedp.CSS("#"+id+" svg")))
		require.NoError(t, err, id)
		keep(t, "-"+id+".png", picture)
		_, inked := look(t, picture)
		assert.Greater(t, inked, 0.005, "%s is blank", id)
		assert.True(t, coloured(t, picture), "%s has no colour: the page's style is broken", id)
	}
}

// look returns the brightness of a picture's most frequent colour, from 0 to 1,
// and the share of points of any other.
func look(t *testing.T, picture []byte) (paper, inked float64) {
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
