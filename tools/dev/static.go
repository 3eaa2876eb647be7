package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Tools that are pinned here and not in go.mod, so that nobody who only measures
// downloads them.
const (
	staticcheck = "honnef.co/go/tools/cmd/staticcheck@v0.8.2"
	actionlint  = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12"
	govulncheck = "golang.org/x/vuln/cmd/govulncheck@v1.9.0"
)

// tagSets are the builds that must hold.
var tagSets = []string{"", "ollama", "gpu"}

// scripts are the files of shell that no workflow has in it.
var scripts = []string{".ci/run", ".github/gate.sh", "tools/duet/bundle/run.sh"}

func format(ctx context.Context, _ *checker) error {
	out, err := output(ctx, "gofmt", "-l", ".")
	if err == nil && out != "" {
		err = errors.New("not formatted: " + strings.Join(strings.Fields(out), " "))
	}
	return err
}

// eachTagSet calls go once for every set of tags.
func eachTagSet(ctx context.Context, tagSets, env []string, args ...string) error {
	var errs []error
	for _, tags := range tagSets {
		if err := goTool(ctx, env, slices.Concat(args, []string{"-tags", tags, "./..."})...); err != nil {
			errs = append(errs, fmt.Errorf("%s -tags %q: %w", strings.Join(env, " "), tags, err))
		}
	}
	return errors.Join(errs...)
}

func vet(ctx context.Context, _ *checker) error { return eachTagSet(ctx, tagSets, nil, "vet") }

// vetElsewhere is vet for the systems where Ollama's users are, without cgo, which has
// no compiler for another. No file is for builds without a tag alone, so all tags at
// once are enough: what each needs is seen on this system.
func vetElsewhere(ctx context.Context, _ *checker) error {
	var err error
	for _, system := range []string{"linux", "darwin", "windows"} {
		err = errors.Join(err, eachTagSet(ctx, []string{"ollama,gpu"}, []string{"GOOS=" + system, "CGO_ENABLED=0"}, "vet"))
	}
	return err
}

func analyse(ctx context.Context, c *checker) error {
	if _, err := output(ctx, "go", "run", staticcheck, "-version"); err != nil {
		c.left = append(c.left, leftOut{what: "static analysis", because: "staticcheck cannot be built here: " + lastLine(err.Error()), install: "go install " + staticcheck})
		return nil
	}
	sets := tagSets
	if c.quick { // another set has a dozen files more, and takes a third of the time again
		sets = sets[:1]
	}
	return eachTagSet(ctx, sets, nil, "run", staticcheck)
}

// workflows reads the workflows and the scripts as GitHub and a shell would.
// actionlint hands the workflows' own lines to shellcheck where there is one; it
// says nothing where there is none, so that is said here.
func workflows(ctx context.Context, c *checker) error {
	if _, err := output(ctx, "go", "run", actionlint, "-version"); err != nil {
		c.left = append(c.left, leftOut{what: "workflows", because: "actionlint cannot be built here: " + lastLine(err.Error()), install: "go install " + actionlint})
		return nil
	}
	files, err := filepath.Glob(".github/workflows/*.yml")
	if err != nil || len(files) == 0 {
		return errors.Join(err, errors.New("no workflow was found"))
	}
	errs := []error{goTool(ctx, nil, append([]string{"run", actionlint}, files...)...)}
	if _, err := exec.LookPath("shellcheck"); err == nil {
		errs = append(errs, quietly(command(ctx, "shellcheck", scripts...)))
	} else if c.quick { // else provision has said so
		c.left = append(c.left, leftOut{what: "shell scripts and the shell lines of workflows", because: err.Error(), install: "sudo apt-get install shellcheck", allowed: true})
	}
	return errors.Join(errs...)
}

// vulnSteps are apart from the others: what they find depends on the day, and they
// ask a server (vuln.go.dev), which a machine that measures need not reach.
var vulnSteps = []step{{"known vulnerabilities, every tag set", vulnerabilities}}

// vulnerabilities fails where something that is called has a known vulnerability;
// one in a module of which nothing is called is only mentioned.
func vulnerabilities(ctx context.Context, c *checker) error {
	args := []string{"run", govulncheck}
	if c.vulnDB != "" {
		args = append(args, "-db", c.vulnDB)
	}
	return eachTagSet(ctx, tagSets, nil, args...)
}
