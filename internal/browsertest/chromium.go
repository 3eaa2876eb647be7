// Package browsertest looks at a report as a person does: in a real Chromium, on a
// desktop and a phone, in light and dark mode, and in print. All but the search for
// the browser is tests, which look at any page by -page.
package browsertest

import (
	"os"
	"os/exec"
)

// EnvBinary is the environment variable that names the program.
const EnvBinary = "DUET_CHROMIUM"

// names are what a Chromium is called.
var names = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}

// Find returns the path of Debian's or any other Chromium on PATH, or of the one
// that DUET_CHROMIUM names; "" where there is none.
func Find() string {
	if named := os.Getenv(EnvBinary); named != "" {
		return named
	}
	for _, n := range names {
		if path, err := exec.LookPath(n); err == nil {
			return path
		}
	}
	return ""
}
