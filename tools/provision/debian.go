package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// missingError is what a machine lacks and this program may not install.
type missingError struct {
	what     []string
	packages []string // of Debian
}

func (e *missingError) Error() string { return "missing: " + strings.Join(e.what, ", ") }

// need makes sure of what missing looks for, installing the Debian packages
// where that is possible. missing returns what is not there.
func (s *setup) need(ctx context.Context, missing func(context.Context) []string, packages ...string) error {
	what := missing(ctx)
	if len(what) == 0 {
		return nil
	}
	if !s.debian || !s.root {
		return &missingError{what, packages}
	}
	if err := s.install(ctx, packages); err != nil {
		return fmt.Errorf("%w: %w", &missingError{what, packages}, err)
	}
	if what = missing(ctx); len(what) > 0 {
		return &missingError{what, packages}
	}
	return nil
}

// install gets packages without a question and without more than they need.
func (s *setup) install(ctx context.Context, packages []string) error {
	fmt.Fprintf(s.log, "installing %s\n", strings.Join(packages, " "))
	return s.logged("apt", func(log *os.File) error {
		update := exec.CommandContext(ctx, "apt-get", "-q", "update")
		if err := quietly(update, log); err != nil {
			return err
		}
		args := append([]string{"-q", "-y", "install", "--no-install-recommends"}, packages...)
		return quietly(exec.CommandContext(ctx, "apt-get", args...), log)
	})
}

func quietly(cmd *exec.Cmd, log *os.File) error {
	cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", strings.Join(cmd.Args, " "), err)
	}
	return nil
}

// installCommand is what a person would type.
func (s *setup) installCommand(packages ...string) string {
	switch {
	case s.debian:
		return "sudo apt-get install --no-install-recommends " + strings.Join(packages, " ")
	case s.goos == "darwin":
		return "xcode-select --install"
	default:
		return "the system's packages for " + strings.Join(packages, ", ")
	}
}

// missingPrograms looks for programs on PATH.
func missingPrograms(names ...string) func(context.Context) []string {
	return func(context.Context) (missing []string) {
		for _, n := range names {
			if _, err := exec.LookPath(n); err != nil {
				missing = append(missing, n)
			}
		}
		return missing
	}
}

// missingHeaders asks the C++ compiler, which knows its own include path.
func missingHeaders(names ...string) func(context.Context) []string {
	return func(ctx context.Context) (missing []string) {
		for _, n := range names {
			cmd := exec.CommandContext(ctx, "g++", "-E", "-x", "c++", "-", "-o", os.DevNull)
			cmd.Stdin = strings.NewReader("#if !__has_include(<" + n + ">)\n#error\n#endif\n")
			if cmd.Run() != nil {
				missing = append(missing, n)
			}
		}
		return missing
	}
}
