package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"

	"github.com/chimeraforge/duet/harness/backend/ollama/process"
)

// setup is one call: where it says what it does, and what kind of machine it
// is on.
type setup struct {
	log    io.Writer // progress, for humans
	goos   string
	debian bool
	root   bool
}

func newSetup(log io.Writer) *setup {
	_, err := os.Stat("/etc/debian_version")
	return &setup{log: log, goos: runtime.GOOS, debian: err == nil, root: os.Geteuid() == 0}
}

// parts makes everything available that it can, in the order of need.
func (s *setup) parts(ctx context.Context) []part {
	parts := []part{s.compiler(ctx), s.ollama(ctx), s.chromium(ctx)}
	if s.goos == "linux" { // where containers and bundles are made
		parts = append(parts, s.shell(ctx), s.shellcheck(ctx))
	}
	return append(parts, s.clients(ctx)...)
}

// shell is one that an empty container can have.
func (s *setup) shell(ctx context.Context) part {
	return s.program(ctx, "busybox", "the bundle in an empty container", "busybox-static")
}

// shellcheck reads the lines of shell, those in the workflows too.
func (s *setup) shellcheck(ctx context.Context) part {
	return s.program(ctx, "shellcheck", "shell scripts and the shell lines of workflows", "shellcheck")
}

// program is a part that is a program of a Debian package, and nothing else.
func (s *setup) program(ctx context.Context, name, purpose, pkg string) part {
	p := part{Name: name, For: purpose, Install: s.installCommand(pkg)}
	if err := s.need(ctx, missingPrograms(name), pkg); err != nil {
		p.Detail = err.Error()
		return p
	}
	p.Available, p.Install = true, ""
	p.Detail, _ = exec.LookPath(name)
	return p
}

// clients are the client runtimes other than Go.
func (s *setup) clients(ctx context.Context) []part { return []part{s.asyncio(ctx), s.tokio(ctx)} }

// compiler is the C compiler that the race detector needs on some systems.
func (s *setup) compiler(ctx context.Context) part {
	p := part{Name: "C compiler", For: "the absence of data races", Install: s.installCommand("gcc")}
	err := s.need(ctx, missingPrograms("gcc"), "gcc", "libc6-dev")
	if err != nil {
		p.Detail = err.Error()
		return p
	}
	p.Available, p.Install = true, ""
	p.Detail, _ = exec.LookPath("gcc")
	return p
}

// ollama finds an ollama program or builds one.
func (s *setup) ollama(ctx context.Context) part {
	p := part{Name: "Ollama", For: "anything against a real server", Install: "https://ollama.com/download, or name one with DUET_OLLAMA"}
	path, how, err := process.Find()
	if err == nil {
		p.Detail, err = describe(ctx, path, how)
	}
	if err != nil && os.Getenv(process.EnvBinary) == "" && ctx.Err() == nil {
		p.Detail, err = s.build(ctx)
	}
	var missing *missingError
	if errors.As(err, &missing) {
		p.Install = s.installCommand(missing.packages...)
	}
	if err != nil {
		p.Detail = err.Error()
		return p
	}
	p.Available, p.Install = true, ""
	return p
}

// static is the ollama that "make image" packs: our own build, since another may
// need libraries that an empty image does not have.
func (s *setup) static(ctx context.Context) []part {
	p := part{Name: "Ollama, statically linked", For: "make image", Install: "a Linux machine with a C++ compiler"}
	detail, err := s.build(ctx)
	if p.Detail, p.Available = detail, err == nil; err != nil {
		p.Detail = err.Error()
	}
	return []part{p}
}

// describe runs a program to see that it is an ollama that works here.
func describe(ctx context.Context, path, how string) (string, error) {
	cmd := exec.CommandContext(ctx, path, "--version")
	cmd.Env = append(os.Environ(), "OLLAMA_HOST=127.0.0.1:1") // no server: its own version
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s --version: %w: %s", path, err, strings.TrimSpace(string(out)))
	}
	_, version, ok := strings.Cut(string(out), "version is ")
	if !ok {
		return "", fmt.Errorf("%s is not an ollama: its --version says %q", path, strings.TrimSpace(string(out)))
	}
	return fmt.Sprintf("%s at %s (%s)", strings.TrimSpace(version), path, how), nil
}
