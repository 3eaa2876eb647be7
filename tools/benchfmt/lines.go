package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/chimeraforge/duet/harness/compare"
)

// textPaths reports whether paths are files of benchmark lines. Runs and lines
// together are refused: they are two measures of a thing, and no table has both.
func textPaths(paths []string) (bool, error) {
	var text, runs []string
	for _, path := range paths {
		if compare.IsText(path) {
			text = append(text, path)
		} else {
			runs = append(runs, path)
		}
	}
	if len(text) > 0 && len(runs) > 0 {
		return false, fmt.Errorf("%s holds benchmark lines and %s runs; no table has both, give one kind at a time", text[0], runs[0])
	}
	return len(text) > 0, nil
}

// lines prints the tables of files of benchmark lines.
func (sel selection) lines(e env, paths []string) error {
	var r compare.Reader
	var unread []error
	for _, path := range paths {
		if err := r.File(path); err != nil {
			unread = append(unread, err)
		}
	}
	unread = append(unread, r.Errors...)
	for _, err := range unread {
		fmt.Fprintf(e.err, "benchfmt: not read: %v\n", err)
	}
	if r.More > 0 {
		fmt.Fprintf(e.err, "benchfmt: not read: %d more lines\n", r.More)
	}
	if r.Lines() == 0 {
		return fmt.Errorf("no benchmark lines found in %s", strings.Join(paths, ", "))
	}
	all := r.Tables()
	return errors.Join(sel.print(e.out, lineBanner(&r), all, all), partial(unread))
}

// lineBanner says first what answered the requests, where the lines say it.
func lineBanner(r *compare.Reader) string {
	s := fmt.Sprintf("%d benchmark lines", r.Lines())
	if b := r.Backends(); b != "" {
		s += ", backend: " + b
	}
	if word := r.Label(); word != "" {
		s += " – " + word
	}
	return s
}
