package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// pkg is a package of the module with the files that a build takes.
type pkg struct {
	ImportPath, Dir                    string
	GoFiles, TestGoFiles, XTestGoFiles []string
}

// packages lists the module's with a set of tags.
func packages(ctx context.Context, tags string) ([]pkg, error) {
	out, err := output(ctx, "go", "list", "-tags", tags, "-json=ImportPath,Dir,GoFiles,TestGoFiles,XTestGoFiles", "./...")
	if err != nil {
		return nil, err
	}
	var all []pkg
	for d := json.NewDecoder(strings.NewReader(out)); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
}

func (p pkg) tests() []string { return slices.Concat(p.TestGoFiles, p.XTestGoFiles) }

// find returns what the first group of a pattern matches in some of its files.
func (p pkg) find(pattern *regexp.Regexp, files []string) ([]string, error) {
	var found []string
	for _, file := range files {
		text, err := os.ReadFile(filepath.Join(p.Dir, file))
		if err != nil {
			return nil, err
		}
		for _, m := range pattern.FindAllSubmatch(text, -1) {
			found = append(found, string(m[1]))
		}
	}
	return found, nil
}

// in reports whether a package is one of the named folders, or below one.
func (p pkg) in(folders ...string) bool {
	return slices.ContainsFunc(folders, func(f string) bool { return strings.Contains(p.ImportPath+"/", "/"+f+"/") })
}

func paths(all []pkg) []string {
	var out []string
	for _, p := range all {
		out = append(out, p.ImportPath)
	}
	return out
}

// goroutines is what a race needs two of, in gofmt's spelling.
var goroutines = regexp.MustCompile(`(?m)(^\s*go (?:func\b|[\w.]+\()|\.Go\(|"sync/atomic")`)

// concurrent are the packages whose own code starts goroutines or shares memory
// without a lock: the rest have nothing that the race detector could find, and
// under it their tests take five to ten times as long. The whole session
// is with them, because there the goroutines of all others meet. They are found
// and not listed, so a package that begins to be concurrent is watched from then on.
func concurrent(all []pkg) (raced, rest []pkg, err error) {
	for _, p := range all {
		found, err := p.find(goroutines, p.GoFiles)
		if err != nil {
			return nil, nil, err
		}
		program := p.in("tools") // starts processes; what is concurrent is in what it imports
		if session := p.in("harness/session"); session || len(found) > 0 && !program {
			raced = append(raced, p)
		} else {
			rest = append(rest, p)
		}
	}
	return raced, rest, nil
}

// command stops with an interrupt, so that tests can stop their servers.
func command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = waitForTests
	return cmd
}

// goTool runs the go command with its output passed through.
func goTool(ctx context.Context, env []string, args ...string) error {
	cmd := command(ctx, "go", args...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	return cmd.Run()
}

// output runs a command and returns what it prints; the error has its stderr.
func output(ctx context.Context, name string, args ...string) (string, error) {
	out, err := command(ctx, name, args...).Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) && len(exit.Stderr) > 0 {
		err = errors.New(name + ": " + strings.TrimSpace(string(exit.Stderr)))
	}
	return strings.TrimSpace(string(out)), err
}

func lastLine(s string) string {
	s = strings.TrimSpace(s)
	return s[strings.LastIndexByte(s, '\n')+1:]
}
