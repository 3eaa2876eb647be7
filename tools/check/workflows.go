package main

import (
	"context"
	"errors"
	"os/exec"
	"path/filepath"
)

// actionlint is pinned here for the reason that staticcheck is.
const actionlint = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12"

// scripts are the files of shell that no workflow has in it.
var scripts = []string{".ci/run", ".github/gate.sh", "tools/duet/internal/bundle/run.sh"}

// workflows reads the workflows and the scripts as GitHub and a shell would.
// actionlint hands the workflows' own lines to shellcheck where there is one;
// it says nothing where there is none, so that is said here.
func workflows(ctx context.Context, c *checker) error {
	if _, err := c.output(ctx, "go", "run", actionlint, "-version"); err != nil {
		c.left = append(c.left, leftOut{"workflows", "actionlint cannot be built here: " + lastLine(err.Error()), "go install " + actionlint})
		return nil
	}
	files, err := filepath.Glob(".github/workflows/*.yml")
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return errors.New("no workflow was found")
	}
	errs := []error{c.goTool(ctx, nil, append([]string{"run", actionlint}, files...)...)}
	return errors.Join(append(errs, c.shell(ctx))...)
}

// shell runs shellcheck over the scripts. Where it is missing, provision has said
// so, or nobody where only the quick part runs.
func (c *checker) shell(ctx context.Context) error {
	if _, err := exec.LookPath("shellcheck"); err != nil {
		if c.quick {
			c.left = append(c.left, leftOut{"shell scripts and the shell lines of workflows", err.Error(), "sudo apt-get install shellcheck"})
		}
		return nil
	}
	cmd := command(ctx, "shellcheck", scripts...)
	cmd.Stdout, cmd.Stderr = c.stdout, c.stderr
	return cmd.Run()
}
