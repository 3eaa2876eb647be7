package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/chimeraforge/duet/golden/synthetic/bulk"
	"github.com/chimeraforge/duet/harness/results"
)

// floor walks, opens and reads: the least that anything can take. It does so as
// benchfmt does, so that what is left is the work on the bytes.
func floor(dir string) error {
	n, err := results.ReadBytes(dir)
	fmt.Println(n, "bytes")
	return err
}

// writeLines writes n benchmark lines as a session's bench.txt has them.
func writeLines(path string, n int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	var some []string
	for r := range bulk.Runs(2000) {
		if len(some) == 0 {
			fmt.Fprint(w, results.Header(r.Suite, r.Backend, r.Environment))
		}
		if r.OK() {
			some = append(some, results.Line(r))
		}
	}
	for i := range n {
		fmt.Fprint(w, some[i%len(some)])
	}
	return w.Flush()
}

// runQuiet runs a command and returns the end of what it logs.
func runQuiet(cmd *exec.Cmd) (string, error) {
	var log strings.Builder
	cmd.Stderr = &log
	err := cmd.Run()
	return filepath.Base(cmd.Path) + " said: " + log.String()[max(0, log.Len()-500):], err
}
