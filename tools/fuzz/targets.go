package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
)

// target is one fuzz test and its package's folder below the module's.
type target struct{ dir, name string }

// declared is how gofmt leaves a target's first line.
var declared = regexp.MustCompile(`(?m)^func (Fuzz\w*)\(\w+ \*testing\.F\)`)

// targets lists those of a module. It reads the test
// files that a build would take, because "go test -list" links every package's
// tests to ask the few that have one.
func targets(ctx context.Context, module string) ([]target, error) {
	cmd := exec.CommandContext(ctx, "go", "list", "-json=Dir,Module,TestGoFiles,XTestGoFiles", "./...")
	cmd.Dir, cmd.Stderr = module, os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	found, err := decode(out)
	if err := errors.Join(err, cmd.Wait()); err != nil {
		return nil, fmt.Errorf("list packages: %w", err)
	}
	return found, nil
}

// decode reads what go list prints, one package after the other.
func decode(r io.Reader) ([]target, error) {
	var found []target
	for d := json.NewDecoder(r); ; {
		var p struct {
			Dir                       string
			Module                    struct{ Dir string }
			TestGoFiles, XTestGoFiles []string
		}
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return found, nil
		} else if err != nil {
			return nil, err
		}
		dir, err := filepath.Rel(p.Module.Dir, p.Dir)
		if err != nil {
			return nil, err
		}
		for _, file := range slices.Concat(p.TestGoFiles, p.XTestGoFiles) {
			text, err := os.ReadFile(filepath.Join(p.Dir, file))
			if err != nil {
				return nil, err
			}
			for _, m := range declared.FindAllSubmatch(text, -1) {
				found = append(found, target{filepath.ToSlash(dir), string(m[1])})
			}
		}
	}
}
