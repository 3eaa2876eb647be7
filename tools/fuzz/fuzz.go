package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// outcome is how fuzzing one target ended.
type outcome struct {
	took   time.Duration
	execs  string // "" where go came no further than the corpus
	input  string // the file of the failing input, below the package's folder
	output string
	err    error
}

var (
	counted = regexp.MustCompile(`execs: (\d+)`)
	written = regexp.MustCompile(`Failing input written to (\S+)`)
)

// fuzz runs one target. go test sometimes reports its own deadline as a failure
// of the target (golang/go#75804, repaired in 1.27), so an ending without an input, with those
// words, is tried once more.
func (t target) fuzz(ctx context.Context, module string, d time.Duration) outcome {
	o := t.once(ctx, module, d)
	if o.err != nil && o.input == "" && strings.Contains(o.output, "context deadline exceeded") {
		return t.once(ctx, module, d)
	}
	return o
}

func (t target) once(ctx context.Context, module string, d time.Duration) outcome {
	cmd := exec.CommandContext(ctx, "go", "test", "-run=^$", "-fuzz=^"+t.name+"$", "-fuzztime="+d.String())
	cmd.Dir = filepath.Join(module, t.dir)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	began := time.Now()
	out, err := cmd.CombinedOutput()
	o := outcome{took: time.Since(began), output: string(out), err: err}
	if all := counted.FindAllSubmatch(out, -1); all != nil {
		o.execs = string(all[len(all)-1][1])
	}
	if m := written.FindSubmatch(out); m != nil {
		o.input = string(m[1])
	}
	return o
}

func (o outcome) word() string {
	if o.err != nil {
		return "FAILED"
	}
	return "ok"
}

func (o outcome) executions() string {
	if o.execs == "" {
		return "no more than the corpus: give it more time"
	}
	return o.execs + " executions"
}
