package results

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// task is a folder to look into, or some folders of runs in it. A folder of a run
// is tried for its metrics.json before it is listed: opening the file is what it
// would come to anyway, and listing the folder costs more than reading the file.
type task struct {
	dir  string
	runs []string // names, run_<n>
}

// batch is how many folders of runs one task holds: enough that workers do not
// wait for each other, few enough that all have something to do.
const batch = 32

// queue hands out tasks until none is left and nobody could add one.
type queue struct {
	mu      sync.Mutex
	more    sync.Cond
	tasks   []task
	working int
}

// visit reads what is at or below root with one worker per processor: decoding
// and the kernel's own work, not the disk, are what takes the time.
func visit(root string, start func() worker) ([]worker, error) {
	root, folder, err := looked(root)
	if err != nil {
		return nil, err
	}
	if !folder {
		w := start()
		w.file(root)
		return []worker{w}, nil
	}
	q := &queue{tasks: []task{{dir: root}}}
	q.more.L = &q.mu
	workers := make([]worker, runtime.GOMAXPROCS(0))
	var wg sync.WaitGroup
	for i := range workers {
		workers[i] = start()
		wg.Go(func() { workers[i].work(q) })
	}
	wg.Wait()
	return workers, nil
}

// looked is root as it is walked, and whether it is a folder. A root that is a
// link is entered, links below it are not.
func looked(root string) (string, bool, error) {
	info, err := os.Stat(root)
	if err != nil || !info.IsDir() {
		return root, false, err
	}
	root, err = filepath.EvalSymlinks(root)
	return root, true, err
}

// next waits for a task; false when all is done.
func (q *queue) next() (task, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.tasks) == 0 {
		if q.working == 0 {
			return task{}, false
		}
		q.more.Wait()
	}
	t := q.tasks[len(q.tasks)-1]
	q.tasks = q.tasks[:len(q.tasks)-1]
	q.working++
	return t, true
}

// done ends a task, from which others may have come.
func (q *queue) done(found []task) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.tasks = append(q.tasks, found...)
	q.working--
	if len(q.tasks) > 0 || q.working == 0 {
		q.more.Broadcast()
	}
}

// tasks splits the folders in dir into tasks.
func tasks(dir string, entries []os.DirEntry) []task {
	var out []task
	var runs []string
	for _, e := range entries {
		switch {
		case !e.IsDir(), strings.HasPrefix(e.Name(), Unfinished):
		case isRun(e.Name()):
			runs = append(runs, e.Name())
		default:
			out = append(out, task{dir: filepath.Join(dir, e.Name())})
		}
	}
	for part := range slices.Chunk(runs, batch) {
		out = append(out, task{dir, part})
	}
	return out
}

// isRun reports whether a folder has the name of a run's: run_<n>.
func isRun(name string) bool {
	number, ok := strings.CutPrefix(name, "run_")
	return ok && number != "" && strings.Trim(number, "0123456789") == ""
}
