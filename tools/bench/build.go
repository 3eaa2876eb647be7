package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// binaries returns the folder of the suites' test binaries, and what removes it.
func (o options) binaries(ctx context.Context, stderr io.Writer) (dir string, remove func(), err error) {
	if o.prebuilt != "" {
		dir, err := filepath.Abs(filepath.Join(o.prebuilt, folderOf(o.tags)))
		if err == nil {
			_, err = os.Stat(binary(dir, o.suites[0]))
		}
		return dir, func() {}, err
	}
	bin, err := os.MkdirTemp("", "duet-bench-*")
	if err != nil {
		return "", nil, err
	}
	if err := build(ctx, stderr, o, bin); err != nil {
		os.RemoveAll(bin)
		return "", nil, err
	}
	return bin, func() { os.RemoveAll(bin) }, nil
}

// folderOf is where a bundle has the suites of a tag.
func folderOf(tags string) string {
	if tags == "" {
		return "sim"
	}
	return tags
}

// build compiles all suites at once.
func build(ctx context.Context, stderr io.Writer, o options, bin string) error {
	fmt.Fprintln(stderr, "building the suites...")
	args := []string{"test", "-c", "-tags", o.tags, "-o", bin + string(filepath.Separator)}
	for _, s := range o.suites {
		args = append(args, "./suites/"+s)
	}
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Stdout, cmd.Stderr = stderr, stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("build the suites: %w", err)
	}
	return nil
}

// binary is where build put a suite.
func binary(bin, suite string) string {
	name := suite + ".test"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return filepath.Join(bin, name)
}
