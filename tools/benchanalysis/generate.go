package main

import (
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"github.com/chimeraforge/duet/golden/synthetic/bulk"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
)

// generate writes n synthetic runs below dir in the layout of a session. It
// does not sync each file as a real session does: nothing is lost if it dies.
func generate(dir string, n int) error {
	runs := make(chan *record.Run)
	var wg sync.WaitGroup
	var once sync.Once
	var failed error
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for r := range runs {
				if err := write(dir, r); err != nil {
					once.Do(func() { failed = err })
				}
			}
		})
	}
	for r := range bulk.Runs(n) {
		runs <- r
	}
	close(runs)
	wg.Wait()
	return failed
}

func write(session string, r *record.Run) error {
	dir, err := results.RunDir(session, r.Cell.ID, r.RunNumber)
	if err != nil {
		return err
	}
	data, err := results.Encode(r)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, results.MetricsFile), data, 0o644)
}
