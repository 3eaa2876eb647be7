package rust

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// vendored is where Debian's packages put crates.
const vendored = "/usr/share/cargo/registry"

// build compiles the client and puts it where New looks. It works in a folder of
// its own and moves the program in at the end, so that two builds at once do no
// harm and half of one leaves nothing.
func build(ctx context.Context, path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	work, err := os.MkdirTemp(filepath.Dir(path), "build-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	client, err := fs.Sub(source, "client")
	if err != nil {
		return err
	}
	if err := os.CopyFS(work, client); err != nil {
		return err
	}
	if err := compile(ctx, work); err != nil {
		return err
	}
	return os.Rename(filepath.Join(work, "target", "release", filepath.Base(path)), path)
}

// compile takes Debian's crates where they are, else those of the public
// registry.
func compile(ctx context.Context, work string) error {
	var debian error
	if _, err := os.Stat(vendored); err == nil {
		debian = cargo(ctx, work, "--offline",
			"--config", `source.crates-io.replace-with="debian"`, "--config", `source.debian.directory="`+vendored+`"`)
		if debian == nil {
			return nil
		}
		os.Remove(filepath.Join(work, "Cargo.lock")) // it names Debian's crates
	}
	err := cargo(ctx, work)
	if err != nil && debian != nil {
		return fmt.Errorf("%w; and from Debian's crates: %w", err, debian)
	}
	return err
}

// cargo builds in work. Its error ends with what cargo said last.
func cargo(ctx context.Context, work string, args ...string) error {
	cmd := exec.CommandContext(ctx, "cargo", append([]string{"build", "--release", "--quiet"}, args...)...)
	cmd.Dir = work
	cmd.Env = append(os.Environ(), "CARGO_TARGET_DIR="+filepath.Join(work, "target"))
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("cargo build: %w: %s", err, lastLine(out.String()))
	}
	return nil
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}
