package main

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"debug/elf"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/chimeraforge/duet/harness/backend/ollama/process"
	"github.com/chimeraforge/duet/harness/preflight"
	"github.com/chimeraforge/duet/tools/duet/internal/suites"
)

//go:embed bundle/run.sh
var runScript []byte

//go:embed bundle/readme.md
var readme []byte

// bundle is "duet bundle" and "make bundle": one archive with everything that
// measuring takes, for a machine with neither Go nor a network.
//
//	go run ./tools/duet bundle -o duet-bundle.tar.gz
//
//	duet-bundle/
//	  run.sh             measure, and write the report
//	  README.md
//	  bin/duet           runs the suites and makes the report; writes the synthetic models
//	  bin/benchfmt       tables and reports of results
//	  bin/ollama         a server without GPU code, for machines that have none
//	  suites/<tag>/      the suites as test binaries: sim, ollama, gpu
//
// Everything is linked statically and runs in an empty container, but for the
// suites of the tag gpu: they ask NVIDIA's library for the energy, which takes C
// (where this machine has no C compiler they are static too, and ask nvidia-smi).
//
// The archive is the same for the same sources and tools: names in order, and the
// commit's time on every file.
func bundle(ctx context.Context, stdout, stderr io.Writer, args []string) error {
	set := flag.NewFlagSet("duet bundle", flag.ContinueOnError)
	set.SetOutput(stderr)
	out := set.String("o", fmt.Sprintf("duet-bundle-linux-%s.tar.gz", runtime.GOARCH), "the archive to write")
	if err := set.Parse(args); err != nil {
		return err
	}
	if err := suites.NoMore(set); err != nil {
		return err
	}
	if runtime.GOOS != "linux" {
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
	if err := b.everything(ctx, ollama); err != nil {
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
	if path, _, err := process.Find(); err == nil && isStatic(path) {
		return path, nil
	}
	path, err := process.CachePath()
	if err == nil && !isStatic(path) {
		err = errors.New("no ollama that is linked statically: go run ./tools/dev provision -static builds one")
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

// builder puts programs into a folder.
type builder struct {
	dir      string
	log      io.Writer
	revision string
}

// everything adds an ollama and builds the tools, duet with all that it can do, and the suites by the
// tag that chooses their servers.
func (b *builder) everything(ctx context.Context, ollama string) error {
	err := b.build(ctx, false, "bin", "build", "-tags", "ollama", suites.Module+"/tools/duet", suites.Module+"/tools/benchfmt")
	for _, tag := range suites.Tags {
		if err == nil {
			err = b.build(ctx, tag == "gpu" && hasCompiler(), filepath.Join("suites", suiteFolder(tag)),
				"test", "-c", "-tags", tag, suites.Module+"/suites/single", suites.Module+"/suites/multi")
		}
	}
	if err == nil {
		err = b.add(ollama)
	}
	return err
}

// build puts what a go command makes into a folder, without paths and symbols.
func (b *builder) build(ctx context.Context, cgo bool, folder string, args ...string) error {
	fmt.Fprintln(b.log, "building", strings.Join(args, " "))
	env := "CGO_ENABLED=0"
	if cgo {
		env = "CGO_ENABLED=1"
	}
	flags := slices.Insert(slices.Clone(args), 1, "-trimpath", "-ldflags", "-s -w "+suites.Stamp(b.revision))
	if err := suites.Go(ctx, b.log, "", filepath.Join(b.dir, folder), []string{env}, flags...); err != nil {
		return fmt.Errorf("go %s: %w", strings.Join(args, " "), err)
	}
	return nil
}

func hasCompiler() bool {
	_, err := exec.LookPath("gcc")
	return err == nil
}

// isStatic reports whether a program needs no library.
func isStatic(path string) bool {
	f, err := elf.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			return false
		}
	}
	return true
}

// modified is the time of the commit, or 1970 where there is no checkout.
func (b *builder) modified(ctx context.Context) time.Time {
	out, _ := exec.CommandContext(ctx, "git", "log", "-1", "--format=%ct").Output()
	seconds, _ := strconv.ParseInt(strings.TrimSpace(string(out)), 10, 64) // 0 is what is meant
	return time.Unix(seconds, 0)
}

// bundleRoot is the folder that an archive unpacks to.
const bundleRoot = "duet-bundle"

// archive writes dir as a compressed archive and returns its size. It appears
// under its name once it is whole.
func archive(path, dir string, modified time.Time) (size int64, err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".duet-bundle-*")
	if err != nil {
		return 0, err
	}
	defer os.Remove(f.Name()) // it is not there any more once it has its name
	z := gzip.NewWriter(f)
	t := tar.NewWriter(z)
	err = pack(t, dir, modified)
	err = errors.Join(err, t.Close(), z.Close(), f.Chmod(0o644))
	size, seekErr := f.Seek(0, io.SeekEnd)
	if err = errors.Join(err, seekErr, f.Close()); err != nil {
		return 0, err
	}
	return size, os.Rename(f.Name(), path)
}

// pack adds dir's files in the order of their names.
func pack(t *tar.Writer, dir string, modified time.Time) error {
	return filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		h := &tar.Header{Name: bundleRoot + "/" + filepath.ToSlash(name), Mode: int64(info.Mode().Perm()), Size: info.Size(), ModTime: modified, Format: tar.FormatPAX}
		if err := t.WriteHeader(h); err != nil {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		_, err = io.Copy(t, f)
		return errors.Join(err, f.Close())
	})
}
