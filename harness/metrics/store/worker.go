package store

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/chimeraforge/duet/harness/metrics/store/canon"
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
		var found []task
		for _, dir := range t.dirs {
			if !t.runs || !w.run(dir) {
				found = append(found, w.list(dir)...)
			}
		}
		q.done(found)
	}
}

// run reads the run in a folder; false when none is there.
func (w *worker) run(dir string) bool {
	path := dir + string(filepath.Separator) + MetricsFile
	err := w.load(path)
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

func (w *worker) file(path string) { w.keep(path, w.load(path)) }

// load puts a file's bytes into w.data.
func (w *worker) load(path string) (err error) {
	w.data, err = readInto(w.data[:0], path)
	return err
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
