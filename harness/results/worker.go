package results

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/chimeraforge/duet/harness/results/canon"
)

// worker reads files; what it needs for one serves for the next.
type worker struct {
	take  Take // nil: nothing is decoded
	quick canon.Reader
	data  []byte
	size  int64 // bytes read
	errs  []error
}

func (w *worker) work(q *queue) {
	for t, ok := q.next(); ok; t, ok = q.next() {
		if len(t.runs) > 0 {
			q.done(w.runs(t.dir, t.runs))
		} else {
			q.done(w.list(t.dir))
		}
	}
}

// runs reads the runs in some folders of dir and returns what else is there.
func (w *worker) runs(dir string, names []string) (found []task) {
	f := openFolder(dir)
	defer f.close()
	before := strings.TrimSuffix(filepath.Join(dir, names[0]), names[0])
	for _, name := range names {
		if !w.run(f, name, before+name+separator+MetricsFile) {
			found = append(found, w.list(filepath.Join(dir, name))...)
		}
	}
	return found
}

const separator = string(filepath.Separator)

// run reads the run in a folder; false when none is there.
func (w *worker) run(parent folder, name, path string) bool {
	var err error
	w.data, err = parent.readInto(w.data[:0], name+separator+MetricsFile)
	if errors.Is(err, fs.ErrNotExist) {
		return false
	}
	if err != nil {
		if info, lost := os.Lstat(path); lost == nil && info.IsDir() {
			return false
		}
	}
	w.keep(path, err)
	return true
}

// list reads the metrics.json in a folder and returns the folders in it.
func (w *worker) list(dir string) []task {
	entries, err := os.ReadDir(dir)
	if err != nil {
		w.errs = append(w.errs, err)
	}
	for _, e := range entries {
		if !e.IsDir() && e.Name() == MetricsFile {
			w.file(filepath.Join(dir, e.Name()))
		}
	}
	return tasks(dir, entries)
}

func (w *worker) file(path string) {
	var err error
	w.data, err = nowhere.readInto(w.data[:0], path)
	w.keep(path, err)
}

// keep keeps what has been loaded, or why it has not.
func (w *worker) keep(path string, err error) {
	if err != nil {
		w.errs = append(w.errs, err)
		return
	}
	if w.size += int64(len(w.data)); w.take == nil {
		return
	}
	runs, err := runsOf(path, w.data, &w.quick)
	if err != nil {
		w.errs = append(w.errs, err)
	}
	for _, r := range runs {
		w.take(path, r)
	}
}
