// Package rust drives agents with tokio and hyper: client/ is a program that is
// built once, from this binary's own copy of its source, into the user's cache
// folder.
package rust

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/chimeraforge/duet/harness/driver"
	"github.com/chimeraforge/duet/harness/driver/external"
)

//go:embed client/Cargo.toml client/build.rs client/src
var source embed.FS

// Name is the runtime's name in the matrix.
const Name = "rust"

const program = "duet-rust-client"

// New returns the driver, building its program if need be: half a minute, once.
// note says so. The error is driver.Missing where this machine cannot.
func New(ctx context.Context, note func(format string, args ...any)) (*external.Program, error) {
	path, err := Path()
	if err != nil {
		return nil, &driver.Missing{Runtime: Name, Why: err.Error(), Install: "export HOME=a folder to keep it in"}
	}
	if _, err := os.Stat(path); err != nil {
		tools, err := findToolchain(ctx)
		if err == nil {
			note("building the rust client, once")
			err = build(ctx, tools, path)
		}
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if err != nil {
			return nil, &driver.Missing{Runtime: Name, Why: err.Error(), Install: install(tools)}
		}
	}
	return &external.Program{Runtime: Name, Command: []string{path}}, nil
}

// Path is where the program of this source lies, once it is built.
func Path() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no cache folder for its client: %w", err)
	}
	name := program
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return filepath.Join(cache, "duet", "clients", "rust-"+hash(), name), nil
}

// hash names the source: another one is another program.
func hash() string {
	sum := sha256.New()
	_ = fs.WalkDir(source, ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			text, _ := source.ReadFile(path) // it is embedded
			fmt.Fprintf(sum, "%s %d\n%s", path, len(text), text)
		}
		return err
	})
	return hex.EncodeToString(sum.Sum(nil)[:6])
}

// Crates are the Debian packages that hold what the client is made of.
var Crates = []string{"librust-tokio-dev", "librust-hyper-dev", "librust-serde-json-dev", "librust-serde-dev", "librust-futures-util-dev"}

// Packages are the Debian packages that building the client would take; nil where
// it is built.
func Packages(ctx context.Context) []string {
	path, err := Path()
	if err == nil {
		_, err = os.Stat(path)
	}
	if err == nil {
		return nil
	}
	if _, err := findToolchain(ctx); err != nil {
		return append([]string{"cargo"}, Crates...)
	}
	return Crates
}

// install is the command that gets what is missing; "" stands for a toolchain,
// too.
func install(tools toolchain) string {
	if _, err := os.Stat("/etc/debian_version"); err != nil {
		return "https://rustup.rs, and a network for crates.io"
	}
	command := "sudo apt-get install --no-install-recommends"
	if tools == "" {
		command += " cargo"
	}
	for _, c := range Crates {
		command += " " + c
	}
	return command
}
