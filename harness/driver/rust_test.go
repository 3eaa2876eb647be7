//go:build unix

package driver

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// machine has an empty home, and a cargo that is this script of shell, on PATH
// and nowhere else.
func machine(t *testing.T, script string) {
	t.Helper()
	bin := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(bin, "cargo"), []byte("#!/bin/sh\n"+script), 0o755))
	t.Setenv("PATH", bin)
	t.Setenv("HOME", t.TempDir())
	t.Setenv("XDG_CACHE_HOME", "")
	before := usable
	t.Cleanup(func() { usable = before })
	usable = usable[:1]
}

func quiet(string, ...any) {}

// shim is what rustup's stand-in for cargo says to a user who has no toolchain.
const shim = `cat >&2 <<'END'
error: rustup could not choose a version of cargo to run, because one wasn't specified explicitly, and no default is configured.
help: run 'rustup default stable' to download the latest stable release of Rust and set it as your default toolchain.

Stack backtrace:
  12: __libc_start_main_impl
             at ./csu/../csu/libc-start.c:360:3
  13: <unknown>
END
exit 1
`

func TestACargoWithoutAToolchainSaysSoInItsOwnWords(t *testing.T) {
	machine(t, "PATH=/bin:/usr/bin\n"+shim)
	_, err := findRust(t.Context(), Options{Note: quiet})
	var missing *Missing
	require.ErrorAs(t, err, &missing)
	assert.Contains(t, missing.Why, "error: rustup could not choose a version of cargo to run")
	assert.NotContains(t, missing.Why, "<unknown>")
	if _, err := os.Stat("/etc/debian_version"); err == nil {
		assert.Contains(t, missing.Install, "apt-get install --no-install-recommends cargo librust-", "the next step")
	}
}

func TestWhereTheFirstCargoDoesNotWorkAnotherDoes(t *testing.T) {
	machine(t, "PATH=/bin:/usr/bin\n"+shim)
	other := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(other, "cargo"), []byte(`#!/bin/sh
[ "$1" = --version ] && exit
/bin/mkdir -p target/release && echo built by "${PATH%%:*}" >target/release/`+rustProgram+"\n"), 0o755))
	usable = append(usable, func() (toolchain, error) { return toolchain(other), nil })
	found, err := findRust(t.Context(), Options{Note: quiet})
	require.NoError(t, err)
	text, err := os.ReadFile(found.(*Program).Command[0])
	require.NoError(t, err)
	assert.Equal(t, "built by "+other+"\n", string(text), "and with its own rustc")
}

func TestABuildThatFailsQuotesTheCompiler(t *testing.T) {
	machine(t, `[ "$1" = --version ] && exit; echo 'error[E0432]: unresolved import'; echo '  --> src/main.rs:1:5'; exit 101`)
	_, err := findRust(t.Context(), Options{Note: quiet})
	assert.ErrorContains(t, err, "cargo build: exit status 101: error[E0432]: unresolved import;")
}

func TestWithoutACargoThatIsSaid(t *testing.T) {
	machine(t, "")
	t.Setenv("PATH", t.TempDir())
	_, err := findRust(t.Context(), Options{Note: quiet})
	assert.ErrorContains(t, err, "no cargo to build its client with")
}
