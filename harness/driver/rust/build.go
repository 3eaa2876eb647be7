package rust

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// vendored is where Debian's packages put crates.
const vendored = "/usr/share/cargo/registry"

// build compiles the client and puts it where New looks. It works in a folder of
// its own and moves the program in at the end, so that two builds at once do no
// harm and half of one leaves nothing.
func build(ctx context.Context, tools toolchain, path string) error {
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
	if err := compile(ctx, tools, work); err != nil {
		return err
	}
	return os.Rename(filepath.Join(work, "target", "release", filepath.Base(path)), path)
}

// compile takes Debian's crates where they are, else those of the public
// registry.
func compile(ctx context.Context, tools toolchain, work string) error {
	var debian error
	if _, err := os.Stat(vendored); err == nil {
		debian = tools.build(ctx, work, "--offline",
			"--config", `source.crates-io.replace-with="debian"`, "--config", `source.debian.directory="`+vendored+`"`)
		if debian == nil {
			return nil
		}
		os.Remove(filepath.Join(work, "Cargo.lock")) // it names Debian's crates
	}
	err := tools.build(ctx, work)
	if err != nil && debian != nil {
		return fmt.Errorf("%w; and from Debian's crates: %w", err, debian)
	}
	return err
}
