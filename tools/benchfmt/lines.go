package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
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

// printing is how tables of lines are printed.
type printing struct {
	format, only string
	names        bool // list them instead
	width        int
}

// lineTables prints the tables of files of benchmark lines.
func lineTables(e env, paths []string, p printing) error {
	var r compare.Reader
	unread := 0
	for _, path := range paths {
		if err := readLines(&r, path); err != nil {
			unread++
			fmt.Fprintf(e.err, "benchfmt: not read: %v\n", err)
		}
	}
	for _, err := range r.Errors {
		fmt.Fprintf(e.err, "benchfmt: not read: %v\n", err)
	}
	if r.More > 0 {
		fmt.Fprintf(e.err, "benchfmt: not read: %d more lines\n", r.More)
	}
	if r.Lines() == 0 {
		return fmt.Errorf("no benchmark lines found in %s", strings.Join(paths, ", "))
	}
	var partial error
	if unread+len(r.Errors) > 0 {
		partial = errPartial
	}
	return errors.Join(printLines(e.out, &r, p), partial)
}

func readLines(r *compare.Reader, path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	return r.Read(bufio.NewReaderSize(file, 1<<20), path)
}

func printLines(w io.Writer, r *compare.Reader, p printing) error {
	all := r.Tables()
	if p.names {
		return list(w, all)
	}
	if p.only != "" {
		var err error
		if all, err = byID(all, strings.Split(p.only, ",")); err != nil {
			return err
		}
	}
	return write(w, lineBanner(r, p.format), formats[p.format], all, p.width)
}

// lineBanner says first what answered the requests, where the lines say it.
func lineBanner(r *compare.Reader, formatName string) string {
	s := fmt.Sprintf("%d benchmark lines", r.Lines())
	if b := r.Backends(); b != "" {
		s += ", backend: " + b
	}
	if word := r.Label(); word != "" {
		s += " – " + word
	}
	if formatName == "csv" {
		return "# " + s
	}
	return s
}
