// Package chromium finds the browser that looks at reports: Debian's or any
// other Chromium on PATH, or the one that DUET_CHROMIUM names.
package chromium

import (
	"os"
	"os/exec"
)

// EnvBinary is the environment variable that names the program.
const EnvBinary = "DUET_CHROMIUM"

// names are what a Chromium is called.
var names = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}

// Find returns the path of a Chromium, "" where there is none.
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
