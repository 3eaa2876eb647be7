package main

import (
	"context"

	"github.com/chimeraforge/duet/internal/browsertest/chromium"
)

// chromium is the browser that looks at the report, with letters to draw.
func (s *setup) chromium(ctx context.Context) part {
	packages := []string{"chromium", "fonts-dejavu-core"}
	p := part{Name: "Chromium", For: "the look of the report", Install: s.installCommand(packages...)}
	if s.goos == "darwin" {
		p.Install = "https://www.google.com/chrome, and name it with " + chromium.EnvBinary
	}
	if err := s.need(ctx, missingBrowser, packages...); err != nil {
		p.Detail = err.Error()
		return p
	}
	p.Available, p.Install, p.Detail = true, "", chromium.Find()
	return p
}

// missingBrowser looks where the tests look.
func missingBrowser(context.Context) []string {
	if chromium.Find() == "" {
		return []string{"a Chromium on PATH, or one named by " + chromium.EnvBinary}
	}
	return nil
}
