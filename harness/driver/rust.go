package driver

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

//go:embed rust/client/Cargo.toml rust/client/build.rs rust/client/src
var rustClient embed.FS

// rustProgram is built once, from this binary's own copy of its source, into the
// user's cache folder.
const rustProgram = "duet-rust-client"

// findRust returns the driver of tokio and hyper, building its program if need be:
// half a minute, once. The error is Missing where this machine cannot.
func findRust(ctx context.Context, o Options) (Driver, error) {
	path, err := rustPath()
	if err != nil {
		return nil, &Missing{Runtime: Rust, Why: err.Error(), Install: "export HOME=a folder to keep it in"}
	}
	if _, err := os.Stat(path); err != nil {
		tools, err := findToolchain(ctx)
		if err == nil {
			o.Note("building the rust client, once")
			err = build(ctx, tools, path)
		}
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if err != nil {
			return nil, &Missing{Runtime: Rust, Why: err.Error(), Install: installRust(tools)}
		}
	}
	return &Program{Runtime: Rust, Command: []string{path}, LogDir: o.LogDir}, nil
}

// rustPath is where the program of this source lies, once it is built.
func rustPath() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no cache folder for its client: %w", err)
	}
	name := rustProgram
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return filepath.Join(cache, "duet", "clients", "rust-"+hash(), name), nil
}

// hash names the source: another one is another program.
func hash() string {
	sum := sha256.New()
	client, _ := fs.Sub(rustClient, "rust") // it is embedded
	_ = fs.WalkDir(client, ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			text, _ := fs.ReadFile(client, path)
			fmt.Fprintf(sum, "%s %d\n%s", path, len(text), text)
		}
		return err
	})
	return hex.EncodeToString(sum.Sum(nil)[:6])
}

// crates are the Debian packages that hold what the client is made of.
var crates = []string{"librust-tokio-dev", "librust-hyper-dev", "librust-serde-json-dev", "librust-serde-dev", "librust-futures-util-dev"}

// RustPackages are the Debian packages that building the client would take; nil where
// it is built.
func RustPackages(ctx context.Context) []string {
	path, err := rustPath()
	if err == nil {
		_, err = os.Stat(path)
	}
	if err == nil {
		return nil
	}
	if _, err := findToolchain(ctx); err != nil {
		return append([]string{"cargo"}, crates...)
	}
	return crates
}

// installRust is the command that gets what is missing; "" stands for a toolchain,
// too.
func installRust(tools toolchain) string {
	if _, err := os.Stat("/etc/debian_version"); err != nil {
		return "https://rustup.rs, and a network for crates.io"
	}
	command := "sudo apt-get install --no-install-recommends"
	if tools == "" {
		command += " cargo"
	}
	for _, c := range crates {
		command += " " + c
	}
	return command
}

// vendored is where Debian's packages put crates.
const vendored = "/usr/share/cargo/registry"

// build compiles the client and puts it where findRust looks. It works in a folder of
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
	client, err := fs.Sub(rustClient, "rust/client")
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
