package browsertest

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// envPictures names a folder for the pictures of what was looked at; without it
// none is kept.
const envPictures = "DUET_PICTURES"

// limit is how long looking at one report may take; it is there for a browser
// that hangs.
const limit = 3 * time.Minute

// browser is a running Chromium.
type browser struct{ ctx context.Context }

// start runs a Chromium for a test. Where there is none it skips the test, which
// "make test" names at its end (tools/dev); in CI it fails.
func start(t *testing.T) *browser {
	t.Helper()
	path := Find()
	if path == "" {
		require.Empty(t, os.Getenv("CI"), "no Chromium, and CI leaves nothing out")
		t.Skipf("no Chromium on PATH and none named by %s", EnvBinary)
	}
	dir, group := t.TempDir(), &group{}
	t.Cleanup(group.kill) // last, when the browser has had its chance
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	t.Cleanup(cancel)
	ctx, stop := chromedp.NewExecAllocator(ctx, options(path, dir, group)...)
	t.Cleanup(stop)
	ctx, closed := chromedp.NewContext(ctx)
	t.Cleanup(closed)
	t.Cleanup(func() { _ = chromedp.Cancel(ctx) }) // waits until the browser has ended
	require.NoError(t, chromedp.Do(ctx, chromedp.Navigate("about:blank")), "start %s", path)
	return &browser{ctx}
}

func options(path, dir string, g *group) []chromedp.ExecAllocatorOption {
	out := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.UserDataDir(filepath.Join(dir, "profile")),
		chromedp.DisableGPU, chromedp.ModifyCmdFunc(g.lead), chromedp.WSURLReadTimeout(time.Minute),
		chromedp.Flag("disable-dev-shm-usage", true))
	if os.Geteuid() == 0 {
		out = append(out, chromedp.NoSandbox)
	}
	return out
}

// tab is one page, and what it asked for and complained of.
type tab struct {
	ctx        context.Context
	mu         sync.Mutex
	requests   []string
	complaints []string
}

// tab opens an empty page that is closed with the test.
func (b *browser) tab(t *testing.T) *tab {
	t.Helper()
	ctx, done := chromedp.NewContext(b.ctx)
	t.Cleanup(done)
	out := &tab{ctx: ctx}
	require.NoError(t, chromedp.Listen(ctx, out.listen))
	_, err := chromedp.Call(ctx, network.Enable, network.EnableParams{})
	require.NoError(t, err)
	return out
}

func (b *tab) listen(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		b.requests = append(b.requests, e.Request.URL)
	case *log.EventEntryAdded:
		b.complaints = append(b.complaints, e.Entry.Text)
	case *runtime.EventExceptionThrown:
		b.complaints = append(b.complaints, e.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		b.complaints = append(b.complaints, "console: "+string(e.Type))
	}
}

// ask evaluates an expression in the page.
func ask[T any](t *testing.T, b *tab, expression string) T {
	t.Helper()
	answer, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression))
	require.NoError(t, err)
	return answer
}

// checkQuiet: a report asks for itself and nothing else, and has nothing to
// complain of.
func (b *tab) checkQuiet(t *testing.T, address string) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	assert.NotEmpty(t, b.requests)
	for _, r := range b.requests {
		assert.Equal(t, address, r, "a request of the page")
	}
	assert.Empty(t, b.complaints, "the console")
}

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
