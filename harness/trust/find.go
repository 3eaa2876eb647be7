package trust

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
)

// ErrNoSession is a path that leads to no session and no run.
var ErrNoSession = errors.New("no session and no runs found")

// Sessions lists the session folders that a path leads to, sorted. A session is
// judged as a whole, so a part of one leads to all of it. Files that lie in no
// session, such as another tool's, count as one of their own.
func Sessions(path string) ([]string, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	if dir := around(path); dir != "" {
		return []string{dir}, nil
	}
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil, err
	}
	dirs := within(path)
	tree, err := results.ReadTree(path)
	if err != nil {
		return nil, err
	}
	for _, f := range tree.Files {
		dirs = add(dirs, f.Session())
	}
	for _, err := range tree.Errors {
		file, _ := located(err)
		dirs = add(dirs, belonging(path, file))
	}
	if len(dirs) == 0 {
		return nil, ErrNoSession
	}
	slices.Sort(dirs)
	return dirs, nil
}

// add adds a folder unless it lies in one that is there.
func add(dirs []string, dir string) []string {
	for d := dir; ; d = filepath.Dir(d) {
		if slices.Contains(dirs, d) {
			return dirs
		}
		if d == filepath.Dir(d) {
			return append(dirs, dir)
		}
	}
}

// depth is how far below its session a metrics.json lies: suite, runtime, model,
// configuration, run.
const depth = 5

// belonging is where a file that cannot be read would have its session, no
// higher than root.
func belonging(root, file string) string {
	dir := filepath.Dir(file)
	for range depth {
		if dir == root || dir == filepath.Dir(dir) {
			break
		}
		dir = filepath.Dir(dir)
	}
	return dir
}

// around is the session folder that a path is or is a part of, "" where it is none: a
// session's folder may hold others' that are not its own. It looks upwards because a part
// cannot be judged: whether a round is missing is known of the whole alone.
func around(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return ""
	}
	up := filepath.Clean(path)
	for below := ""; ; {
		if isSession(abs) && part(abs, below, path) {
			return up
		}
		if abs == filepath.Dir(abs) {
			return ""
		}
		below = filepath.Base(abs)
		abs, up = filepath.Dir(abs), filepath.Join(up, "..")
	}
}

// part reports whether what lies right below a session belongs to it: a suite, a
// file, or nothing, which is the session itself.
func part(session, below, path string) bool {
	if slices.Contains([]string{"", record.SuiteSingle, record.SuiteMulti}, below) {
		return true
	}
	if f, _, err := results.Read(session); err == nil && f != nil && f.Suites[below] != nil {
		return true
	}
	info, err := os.Stat(path)
	return err == nil && !info.IsDir() && filepath.Base(path) == below
}

// isSession reports whether a folder has a session.json of its own, and not a link to
// another's.
func isSession(dir string) bool {
	info, err := os.Lstat(filepath.Join(dir, results.FileName))
	return err == nil && info.Mode().IsRegular()
}

// within lists the session folders below a path. What cannot be looked into is
// named by the reader of runs.
func within(path string) (dirs []string) {
	_ = filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return fs.SkipDir
		case d.IsDir() && p != path && strings.HasPrefix(d.Name(), results.Unfinished):
			return fs.SkipDir
		case d.IsDir() && isSession(p):
			dirs = append(dirs, p)
			return fs.SkipDir
		}
		return nil
	})
	return dirs
}
