package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"

	"github.com/chimeraforge/duet/harness/driver"
	"github.com/chimeraforge/duet/harness/driver/python"
	"github.com/chimeraforge/duet/harness/driver/rust"
)

// asyncio is what the runtimes called python need: an interpreter that has their
// libraries.
func (s *setup) asyncio(ctx context.Context) part {
	packages := []string{"python3", "python3-aiohttp", "python3-httpx", "python3-uvloop"}
	p := part{Name: "Python clients", For: "the runtimes called python", Install: s.installCommand(packages...)}
	if !s.debian {
		p.Install = "python3 -m venv venv && venv/bin/pip install aiohttp httpx uvloop, and name it with " + python.EnvPython
	}
	missing := func(ctx context.Context) (out []string) {
		for _, v := range python.Variants {
			d, err := python.New(ctx, v)
			if err != nil {
				out = append(out, "a python3 for "+v.Name)
				continue
			}
			p.Detail = d.Command[0]
		}
		return out
	}
	err := s.need(ctx, missing, packages...)
	if err != nil && ctx.Err() == nil && os.Getenv(python.EnvPython) == "" {
		err = errors.Join(err, s.venv(ctx))
		if len(missing(ctx)) == 0 {
			err = nil
		}
	}
	if err != nil {
		p.Detail = err.Error()
		return p
	}
	p.Available, p.Install = true, ""
	return p
}

// venv makes a virtual environment in the cache folder, where packages cannot be
// installed for the whole machine.
func (s *setup) venv(ctx context.Context) error {
	fmt.Fprintln(s.log, "making a virtual environment for the Python clients")
	return s.logged("venv", func(log *os.File) error { return python.MakeVenv(ctx, log) })
}

// tokio is the runtime called rust: its program, built once.
func (s *setup) tokio(ctx context.Context) part {
	packages := rust.Crates
	if _, err := exec.LookPath("cargo"); err != nil {
		packages = append([]string{"cargo"}, packages...)
	}
	p := part{Name: "Rust client", For: "the runtime called rust", Install: s.installCommand(packages...)}
	if !s.debian {
		p.Install = "https://rustup.rs"
	}
	note := func(format string, args ...any) { fmt.Fprintf(s.log, format+"\n", args...) }
	var d string
	missing := func(ctx context.Context) []string {
		program, err := rust.New(ctx, note)
		if err != nil {
			return []string{why(err)}
		}
		d = program.Command[0]
		return nil
	}
	if err := s.need(ctx, missing, packages...); err != nil {
		p.Detail = err.Error()
		return p
	}
	p.Available, p.Install, p.Detail = true, "", d
	return p
}

// why is an error without the command that a part names by itself.
func why(err error) string {
	var m *driver.Missing
	if errors.As(err, &m) {
		return m.Why
	}
	return err.Error()
}
