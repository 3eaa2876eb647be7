package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"

	"github.com/chimeraforge/duet/harness/backend/ollama/container"
	"github.com/chimeraforge/duet/harness/backend/ollama/process"
)

// Modules the build takes: Ollama, and one whose zip holds a header-only library
// that Ollama's zip leaves out with its vendor folders. Two more are Debian's.
const (
	ollamaModule    = "github.com/ollama/ollama@v" + process.Version
	miniaudioModule = "github.com/gen2brain/malgo@v0.11.24"
)

// unities are folders of many small C++ files that include the same large headers:
// as one translation unit each, the hundred of the first take 7 s and not 85.
var unities = []string{"llama/llama.cpp/src/models", "llama/llama.cpp/tools/mtmd/models"}

var ollama = part{name: "Ollama", purpose: "anything against a real server", elsewhere: "https://ollama.com/download, or name one with " + process.EnvBinary,
	needs: func(ctx context.Context) []string {
		if _, _, err := process.Find(); err == nil || os.Getenv(process.EnvBinary) != "" {
			return nil
		}
		return buildNeeds(ctx)
	},
	make: func(ctx context.Context) (string, error) {
		path, how, err := process.Find()
		if err == nil || os.Getenv(process.EnvBinary) != "" {
			return describe(ctx, path, how, err)
		}
		return buildOllama(ctx)
	},
}

// staticOllama is what "make image" packs: our own build, since another may need
// libraries that an empty image does not have.
var staticOllama = part{name: "Ollama, statically linked", purpose: "make image", elsewhere: "a Linux machine with a C++ compiler",
	needs: buildNeeds, make: buildOllama}

// describe runs a program to see that it is an ollama that works here.
func describe(ctx context.Context, path, how string, err error) (string, error) {
	if err != nil {
		return "", err
	}
	cmd := exec.CommandContext(ctx, path, "--version")
	cmd.Env = append(os.Environ(), "OLLAMA_HOST=127.0.0.1:1") // no server: its own version
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s --version: %w: %s", path, err, strings.TrimSpace(string(out)))
	}
	_, version, ok := strings.Cut(string(out), "version is ")
	if !ok {
		return "", fmt.Errorf("%s is not an ollama: its --version says %q", path, strings.TrimSpace(string(out)))
	}
	return fmt.Sprintf("%s at %s (%s)", strings.TrimSpace(version), path, how), nil
}

// buildNeeds asks the C++ compiler, which knows its own include path.
func buildNeeds(ctx context.Context) []string {
	path, err := process.CachePath()
	if err == nil {
		_, err = os.Stat(path)
	}
	const asked = "#include <nlohmann/json.hpp>\n#include <stb/stb_image.h>\n"
	cmd := exec.CommandContext(ctx, "g++", "-E", "-x", "c++", "-", "-o", os.DevNull)
	cmd.Stdin = strings.NewReader(asked)
	if err == nil || runtime.GOOS != "linux" || cmd.Run() == nil {
		return nil
	}
	return []string{"g++", "nlohmann-json3-dev", "libstb-dev"}
}

// buildOllama puts an ollama into the cache folder and describes it. Of two calls
// at once, the second waits for the first.
func buildOllama(ctx context.Context) (string, error) {
	target, err := process.CachePath()
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return "", err
	}
	unlock, err := lockedfile.MutexAt(filepath.Join(filepath.Dir(target), ".lock")).Lock()
	if err != nil {
		return "", err
	}
	defer unlock()
	if found, err := describe(ctx, target, "cache", nil); err == nil {
		return found, nil
	}
	if runtime.GOOS != "linux" {
		return "", errors.New("no ollama found, and it is built from source on Linux only")
	}
	say("building Ollama %s, once, some 3 minutes on 2 cores, into %s", process.Version, target)
	if err := buildInto(ctx, target); err != nil {
		return "", fmt.Errorf("build Ollama %s: %w", process.Version, err)
	}
	return describe(ctx, target, "built", nil)
}

// buildInto builds in a temporary folder and moves the program to its place.
func buildInto(ctx context.Context, target string) error {
	dir, err := os.MkdirTemp("", "duet-ollama-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	part := target + ".part"
	defer os.Remove(part)
	source, err := download(ctx, dir, ollamaModule)
	if err != nil {
		return err
	}
	audio, err := download(ctx, dir, miniaudioModule)
	if err != nil {
		return err
	}
	src, include := filepath.Join(dir, "src"), filepath.Join(dir, "include")
	if err := prepare(source, audio, src, include); err != nil {
		return err
	}
	if err := goBuild(ctx, src, include, part); err != nil {
		return err
	}
	return os.Rename(part, target)
}

// download returns the folder of a module, downloaded if need be.
func download(ctx context.Context, dir, module string) (string, error) {
	cmd := goCommand(ctx, dir, "mod", "download", "-json", module)
	out, err := cmd.Output()
	var answer struct{ Dir, Error string }
	if jsonErr := json.Unmarshal(out, &answer); err == nil {
		err = jsonErr
	}
	if answer.Error != "" { // the exit status says less
		err = errors.New(answer.Error)
	}
	if err != nil {
		return "", fmt.Errorf("download %s: %w", module, err)
	}
	return answer.Dir, nil
}

// prepare copies the source to where it may be changed, with the header that it lacks.
func prepare(source, audio, src, include string) error {
	if err := os.CopyFS(src, os.DirFS(source)); err != nil {
		return err
	}
	for _, folder := range unities {
		if err := unite(filepath.Join(src, folder)); err != nil {
			return err
		}
	}
	header, err := os.ReadFile(filepath.Join(audio, "miniaudio.h"))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(include, "miniaudio"), 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(include, "miniaudio", "miniaudio.h"), header, 0o644)
}

// unite makes one C++ file of all in a folder, and hides those from go build.
func unite(folder string) error {
	files, err := filepath.Glob(filepath.Join(folder, "*.cpp"))
	if err != nil {
		return err
	}
	var all strings.Builder
	for _, f := range files {
		fmt.Fprintf(&all, "#include %q\n", filepath.Base(f)+".inc")
		if err := os.Rename(f, f+".inc"); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(folder, "all.cpp"), []byte(all.String()), 0o644)
}

// goBuild links statically, so that the program runs anywhere, and sets no -march,
// so that it runs on older processors. Nobody reads the debug information that cgo
// asks for by default, and it takes a third of the compiler's time.
func goBuild(ctx context.Context, src, include, out string) error {
	began := time.Now()
	flags := "-s -w -X github.com/ollama/ollama/version.Version=" + process.Version + " -extldflags -static"
	err := quietly(goCommand(ctx, src, "build", "-tags", "netgo,osusergo", "-ldflags", flags, "-o", out, "."),
		"CGO_ENABLED=1", "CGO_CPPFLAGS=-I"+include, "CGO_CFLAGS=-O2", "CGO_CXXFLAGS=-O2")
	say("go build of Ollama took %s", time.Since(began).Round(time.Second))
	return err
}

// goCommand runs go for this machine whatever the environment says of another, and
// outside any workspace.
func goCommand(ctx context.Context, dir string, args ...string) *exec.Cmd {
	cmd := command(ctx, "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off", "GO111MODULE=on",
		"GOOS="+runtime.GOOS, "GOARCH="+runtime.GOARCH, "PWD="+dir)
	return cmd
}

// imageCommand builds the container image duet/ollama from the statically linked
// Ollama in the cache folder, building that first, for machines that reach no
// registry of images. The image has this one program in it.
func imageCommand(ctx context.Context, args []string) error {
	set := flag.NewFlagSet("image", flag.ContinueOnError)
	path := set.String("ollama", "", "statically linked ollama `program` (default: the one in the cache folder)")
	if err := set.Parse(args); err != nil {
		return err
	}
	if *path == "" {
		if _, err := buildOllama(ctx); err != nil {
			return err
		}
		cached, err := process.CachePath()
		if err != nil {
			return err
		}
		*path = cached
	}
	return buildImage(ctx, *path)
}

func buildImage(ctx context.Context, path string) (err error) {
	e, err := container.Connect(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.Close()) }()
	image, err := e.Build(ctx, path)
	if err != nil {
		return err
	}
	fmt.Println(image.Ref, image.ID)
	return nil
}
