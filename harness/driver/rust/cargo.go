package rust

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// toolchain is a folder with a cargo and a rustc that work together.
type toolchain string

// usable are the toolchains to try: the one on PATH, then Debian's. The first can
// be rustup's stand-in, which is there for every user and works only for those
// who have chosen a toolchain.
var usable = []func() (toolchain, error){
	func() (toolchain, error) {
		path, err := exec.LookPath("cargo")
		return toolchain(filepath.Dir(path)), err
	},
	func() (toolchain, error) {
		_, err := os.Stat("/usr/bin/cargo")
		return "/usr/bin", err
	},
}

// findToolchain returns the first that works. Its error is what the first one
// that is there has to say of itself.
func findToolchain(ctx context.Context) (toolchain, error) {
	var refused error
	for _, candidate := range usable {
		t, err := candidate()
		if err != nil {
			continue
		}
		if err = t.works(ctx); err == nil {
			return t, nil
		}
		if refused == nil {
			refused = err
		}
	}
	if refused == nil {
		refused = errors.New("no cargo to build its client with")
	}
	return "", refused
}

func (t toolchain) works(ctx context.Context) error { return t.run(ctx, ".", "--version") }

// build builds in work.
func (t toolchain) build(ctx context.Context, work string, args ...string) error {
	return t.run(ctx, work, append([]string{"build", "--release", "--quiet"}, args...)...)
}

// run runs cargo, which finds its rustc on PATH.
func (t toolchain) run(ctx context.Context, dir string, args ...string) error {
	cmd := exec.CommandContext(ctx, filepath.Join(string(t), "cargo"), args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CARGO_TARGET_DIR="+filepath.Join(dir, "target"),
		"PATH="+string(t)+string(os.PathListSeparator)+os.Getenv("PATH"))
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("cargo %s: %w: %s", args[0], err, said(string(out)))
	}
	return nil
}

// said is the line that says what is wrong: the first that begins with "error",
// because what comes after it may be a backtrace, else the last.
func said(out string) string {
	lines := strings.Split(strings.TrimSpace(out), "\n")
	for _, line := range lines {
		if strings.HasPrefix(line, "error") {
			return strings.TrimSpace(line)
		}
	}
	return strings.TrimSpace(lines[len(lines)-1])
}
