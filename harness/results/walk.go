package results

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
)

// visit reads what is at or below root with one worker per processor: decoding,
// not the disk, is what takes the time. What a worker reads it hands to its Take.
func visit(root string, take func() Take) (unread []error, err error) {
	files, unread, err := metricsFiles(root)
	if err != nil {
		return nil, err
	}
	next := make(chan string)
	var wg sync.WaitGroup
	var mu sync.Mutex
	for range min(runtime.GOMAXPROCS(0), len(files)) {
		take := take()
		wg.Go(func() {
			for path := range next {
				if err := readInto(path, take); err != nil {
					mu.Lock()
					unread = append(unread, err)
					mu.Unlock()
				}
			}
		})
	}
	for _, path := range files {
		next <- path
	}
	close(next)
	wg.Wait()
	return unread, nil
}

func readInto(path string, take Take) error {
	runs, err := ReadRuns(path)
	for _, r := range runs {
		take(path, r)
	}
	return err
}

// metricsFiles lists the metrics.json at or below root. A root that is a link is
// entered, links below it are not.
func metricsFiles(root string) (files []string, unread []error, err error) {
	info, err := os.Stat(root)
	if err != nil {
		return nil, nil, err
	}
	if !info.IsDir() {
		return []string{root}, nil, nil
	}
	if root, err = filepath.EvalSymlinks(root); err != nil {
		return nil, nil, err
	}
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			unread = append(unread, err)
		case !d.IsDir() && d.Name() == MetricsFile:
			files = append(files, path)
		case d.IsDir() && path != root && strings.HasPrefix(d.Name(), Unfinished):
			return fs.SkipDir
		case d.IsDir() && isRun(d.Name()) && isFile(filepath.Join(path, MetricsFile)):
			files = append(files, filepath.Join(path, MetricsFile))
			return fs.SkipDir
		}
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("look into %s: %w", root, err)
	}
	return files, unread, nil
}

// isRun reports whether a folder has the name of a run's: run_<n>.
func isRun(name string) bool {
	number, ok := strings.CutPrefix(name, "run_")
	return ok && number != "" && strings.Trim(number, "0123456789") == ""
}

func isFile(path string) bool {
	info, err := os.Lstat(path)
	return err == nil && !info.IsDir()
}
