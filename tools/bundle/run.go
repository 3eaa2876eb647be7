package main

import (
	"context"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"github.com/chimeraforge/duet/harness/backend/ollama/process"
	"github.com/chimeraforge/duet/harness/preflight"
)

//go:embed run.sh
var runScript []byte

//go:embed readme.md
var readme []byte

func run(ctx context.Context, stdout, stderr io.Writer, args []string) error {
	set := flag.NewFlagSet("bundle", flag.ContinueOnError)
	set.SetOutput(stderr)
	out := set.String("o", fmt.Sprintf("duet-bundle-linux-%s.tar.gz", runtime.GOARCH), "the archive to write")
	switch err := set.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return nil
	case err != nil:
		return err
	case set.NArg() > 0:
		return fmt.Errorf("unexpected argument %q", set.Arg(0))
	case runtime.GOOS != "linux":
		return errors.New("a bundle is made on Linux, since it has programs that are built with C")
	}
	ollama, err := findStatic()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "duet-bundle-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b := builder{dir: dir, log: stderr, revision: preflight.Commit(ctx)}
	if err := b.everything(ctx); err != nil {
		return err
	}
	if err := b.add(ollama); err != nil {
		return err
	}
	size, err := archive(*out, dir, b.modified(ctx))
	if err != nil {
		return fmt.Errorf("write the archive: %w", err)
	}
	fmt.Fprintf(stdout, "%s: %d MB, commit %s\n", *out, size>>20, b.revision)
	return nil
}

// findStatic is an ollama that runs elsewhere: the one that would be used here, if
// it needs no library, else the one that make test builds.
func findStatic() (string, error) {
	if path, _, err := process.Find(); err == nil && static(path) {
		return path, nil
	}
	path, err := process.CachePath()
	if err == nil && !static(path) {
		err = errors.New("no ollama that is linked statically: go run ./tools/provision -static builds one")
	}
	return path, err
}

// add puts what is not built here into the bundle.
func (b *builder) add(ollama string) error {
	return errors.Join(
		copyProgram(ollama, filepath.Join(b.dir, "bin", "ollama")),
		os.WriteFile(filepath.Join(b.dir, "run.sh"), runScript, 0o755),
		os.WriteFile(filepath.Join(b.dir, "README.md"), readme, 0o644),
	)
}

func copyProgram(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o755)
}
