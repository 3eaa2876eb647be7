package browsertest

import (
	"context"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// view is a screen and a mode.
type view struct {
	name          string
	width, height int64
	scale         float64
	mobile, dark  bool
	figures       bool // look at every figure, too
}

// views are how people read reports.
var views = []view{
	{"desktop-light", 1280, 900, 1, false, false, true},
	{"desktop-dark", 1280, 900, 1, false, true, false},
	{"phone-light", 390, 844, 2, true, false, false},
	{"phone-dark", 390, 844, 2, true, true, true},
}

// emulate makes the browser such a screen.
func (v view) emulate() chromedp.Action[chromedp.Void] {
	options := []chromedp.EmulateViewportOption{chromedp.EmulateScale(v.scale)}
	if v.mobile {
		options = append(options, chromedp.EmulateMobile)
	}
	return chromedp.Steps(chromedp.EmulateViewport(v.width, v.height, options...), prefer(v.dark))
}

// prefer sets the reader's mode.
func prefer(dark bool) chromedp.Action[chromedp.Void] {
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		})
		return err
	})
}
