// Package browsertest looks at a report as a person does: in a real Chromium, on a
// desktop and a phone, in light and dark mode, and in print. It is a helper for
// tests.
//
//	Start → Browser → Check, for every view → pictures, when asked for
//
// The browser's profile lies in the test's folder, and it is gone with all its
// processes when the test ends.
package browsertest

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/internal/browsertest/chromium"
)

// EnvPictures names a folder for the pictures of what was looked at; without it
// none is kept.
const EnvPictures = "DUET_PICTURES"

// limit is how long looking at one report may take; it is there for a browser
// that hangs.
const limit = 3 * time.Minute

// Browser is a running Chromium.
type Browser struct{ ctx context.Context }

// Start runs a Chromium for a test. Where there is none it skips the test, which
// "make test" names at its end (tools/dev); in CI it fails.
func Start(t *testing.T) *Browser {
	t.Helper()
	path := chromium.Find()
	if path == "" {
		require.Empty(t, os.Getenv("CI"), "no Chromium, and CI leaves nothing out")
		t.Skipf("no Chromium on PATH and none named by %s", chromium.EnvBinary)
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
	return &Browser{ctx}
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
