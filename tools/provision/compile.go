package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"github.com/chimeraforge/duet/harness/backend/ollama/process"
)

// compile builds Ollama below dir and writes the program to out: static, so
// that it runs anywhere, without -march, so that it runs on older processors.
func compile(ctx context.Context, dir, out string, log *os.File) error {
	source, err := download(ctx, dir, ollamaModule, log)
	if err != nil {
		return err
	}
	audio, err := download(ctx, dir, miniaudioModule, log)
	if err != nil {
		return err
	}
	src, include := filepath.Join(dir, "src"), filepath.Join(dir, "include")
	if err := os.CopyFS(src, os.DirFS(source)); err != nil {
		return err
	}
	if err := copyHeader(filepath.Join(audio, "miniaudio.h"), filepath.Join(include, "miniaudio", "miniaudio.h")); err != nil {
		return err
	}
	return goBuild(ctx, src, include, out, log)
}

// download returns the folder of a module, downloaded if need be.
func download(ctx context.Context, dir, module string, log *os.File) (string, error) {
	cmd := goCommand(ctx, dir, log, "mod", "download", "-json", module)
	cmd.Stdout = nil
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

func copyHeader(from, to string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return os.WriteFile(to, text, 0o644)
}

func goBuild(ctx context.Context, src, include, out string, log *os.File) error {
	flags := "-s -w -X github.com/ollama/ollama/version.Version=" + process.Version + " -extldflags -static"
	cmd := goCommand(ctx, src, log, "build", "-tags", "netgo,osusergo", "-ldflags", flags, "-o", out, ".")
	cmd.Env = append(cmd.Env, "CGO_ENABLED=1", "CGO_CPPFLAGS=-I"+include)
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("go build: %w", err)
	}
	return nil
}

// goCommand runs the go that runs this program's build, for this machine
// whatever the environment says of another, and outside any workspace.
func goCommand(ctx context.Context, dir string, log *os.File, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, log, log
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off", "GO111MODULE=on",
		"GOOS="+runtime.GOOS, "GOARCH="+runtime.GOARCH, "PWD="+dir)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 10 * time.Second
	return cmd
}
