package main

import (
	"context"
	"debug/elf"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

const module = "github.com/chimeraforge/duet"

// builder puts programs into a folder.
type builder struct {
	dir      string
	log      io.Writer
	revision string
}

// suites are test binaries by the tag that chooses their servers.
var suites = []struct{ folder, tag string }{{"sim", ""}, {"ollama", "ollama"}, {"gpu", "gpu"}}

func (b *builder) everything(ctx context.Context) error {
	for _, name := range []string{"bench", "benchfmt", "tinymodels"} {
		if err := b.build(ctx, false, "bin", "build", module+"/tools/"+name); err != nil {
			return err
		}
	}
	for _, s := range suites {
		folder := filepath.Join("suites", s.folder)
		if err := b.build(ctx, s.tag == "gpu" && hasCompiler(), folder, "test", "-c", "-tags", s.tag, module+"/suites/single", module+"/suites/multi"); err != nil {
			return err
		}
	}
	return nil
}

// build puts what a go command makes into a folder, without paths and symbols.
// The packages come last in args.
func (b *builder) build(ctx context.Context, cgo bool, folder string, args ...string) error {
	fmt.Fprintln(b.log, "building", strings.Join(args, " "))
	to := filepath.Join(b.dir, folder)
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	verb, rest := args[0], args[1:]
	flags := []string{verb, "-trimpath", "-o", to + string(filepath.Separator),
		"-ldflags", "-s -w -X " + module + "/harness/environ.Revision=" + b.revision}
	cmd := exec.CommandContext(ctx, "go", append(flags, rest...)...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if cgo {
		cmd.Env = append(cmd.Env, "CGO_ENABLED=1")
	}
	cmd.Stdout, cmd.Stderr = b.log, b.log
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("go %s: %w", strings.Join(args, " "), err)
	}
	return nil
}

func hasCompiler() bool {
	_, err := exec.LookPath("gcc")
	return err == nil
}

// static reports whether a program needs no library.
func static(path string) bool {
	f, err := elf.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			return false
		}
	}
	return true
}

// modified is the time of the commit, or none where there is no checkout.
func (b *builder) modified(ctx context.Context) time.Time {
	out, err := exec.CommandContext(ctx, "git", "log", "-1", "--format=%ct").Output()
	if err != nil {
		return time.Unix(0, 0)
	}
	seconds, err := strconv.ParseInt(strings.TrimSpace(string(out)), 10, 64)
	if err != nil {
		return time.Unix(0, 0)
	}
	return time.Unix(seconds, 0)
}
