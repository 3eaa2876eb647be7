package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/chimeraforge/duet/internal/progress"
	"github.com/chimeraforge/duet/tools/duet/internal/suites"
)

// sessionLine is how a suite says where its files are.
const sessionLine = "# session: "

// runSuite runs one suite to its end and returns its session's folder.
func (o benchOptions) runSuite(ctx context.Context, stdout, stderr io.Writer, bin, suite string) (string, error) {
	dir := ""
	if o.prebuilt == "" {
		dir = filepath.Join("suites", suite) // as "go test" does
	}
	fmt.Fprintf(stderr, "running suite %s...\n", suite)
	run, err := suites.Start(ctx, suites.Binary(bin, suite), dir, o.Bench, o.pass, stderr, false)
	if err != nil {
		return "", fmt.Errorf("suite %s: %w", suite, err)
	}
	session := relay(stdout, stderr, run.Lines)
	err = run.Wait()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		fmt.Fprintf(stderr, "suite %s: %s\n", suite, exit)
		return session, suites.Printed(max(1, exit.ExitCode()), exit.String())
	}
	return session, err
}

// relay copies a suite's lines to stdout, whole ones only, and its progress to
// stderr in between. It returns the session's folder.
func relay(stdout, stderr io.Writer, lines <-chan string) (dir string) {
	view := newView(stderr)
	defer view.wipe()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case line, ok := <-lines:
			if !ok {
				return dir
			}
			line = strings.TrimRight(line, "\r\n")
			if d, ok := strings.CutPrefix(line, sessionLine); ok {
				dir = d
				view.follow(dir)
			}
			if line == "PASS" || line == "FAIL" {
				continue // one a round, and the exit status says it again
			}
			view.wipe()
			fmt.Fprintln(stdout, line)
		case <-tick.C:
			view.update()
		}
	}
}

// quietFor is how often progress is printed where it cannot be redrawn.
const quietFor = 5 * time.Second

// view shows the last line of a session's progress.log: redrawn in place on a
// terminal, now and then as a line elsewhere.
type view struct {
	w       io.Writer
	width   int // of the terminal; 0 where there is none
	path    string
	offset  int64
	shown   string
	printed time.Time
}

func newView(w io.Writer) *view {
	return &view{w: w, width: terminal(w), printed: time.Now()}
}

// terminal is the width of the one that w writes to, 0 where there is none.
func terminal(w io.Writer) (width int) {
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		width, _, _ = term.GetSize(int(f.Fd()))
	}
	return width
}

// follow begins with what is written from now on: a resumed session's log has
// old lines.
func (v *view) follow(dir string) {
	v.path = filepath.Join(dir, progress.LogName)
	if info, err := os.Stat(v.path); err == nil {
		v.offset = info.Size()
	}
}

// update shows the newest line, if there is a new one.
func (v *view) update() {
	line := v.newest()
	if line == "" {
		return
	}
	if v.width > 20 {
		fmt.Fprintf(v.w, "\r%s\x1b[K", progress.Cut(line, v.width-1))
		v.shown = line
		return
	}
	if time.Since(v.printed) >= quietFor {
		fmt.Fprintln(v.w, line)
		v.printed = time.Now()
	}
}

// wipe clears the redrawn line, so that another can be printed there.
func (v *view) wipe() {
	if v.shown != "" {
		fmt.Fprint(v.w, "\r\x1b[K")
		v.shown = ""
	}
}

// newest is the last whole line written since the last call, without its time.
func (v *view) newest() string {
	f, err := os.Open(v.path) // "" before there is a session
	if err != nil {
		return ""
	}
	defer f.Close()
	data, err := io.ReadAll(io.NewSectionReader(f, v.offset, 1<<20))
	end := bytes.LastIndexByte(data, '\n')
	if err != nil || end < 0 {
		return ""
	}
	v.offset += int64(end) + 1
	last := string(data[bytes.LastIndexByte(data[:end], '\n')+1 : end])
	_, text, _ := strings.Cut(last, " ")
	return text
}
