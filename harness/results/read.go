package results

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	json2 "github.com/go-json-experiment/json"

	"github.com/chimeraforge/duet/harness/record"
)

// Decode is one run from the bytes of a metrics.json. go-json-experiment reads a
// whole run twice as fast as encoding/json; whatever it finds wrong with a file,
// encoding/json is asked, so that its words and its idea of what is valid are the
// only ones.
func Decode(data []byte) (*record.Run, error) {
	var r record.Run
	if json2.Unmarshal(data, &r) == nil && r.Schema == record.Schema && validate(&r) == nil {
		return &r, nil
	}
	return decodeAny(data)
}

func decodeAny(data []byte) (*record.Run, error) {
	if why := void(data); why != "" {
		return nil, errors.New(why)
	}
	var probe struct{ Schema *string }
	if json.Unmarshal(data, &probe) == nil && probe.Schema != nil && *probe.Schema == record.FirstSchema {
		var err error
		if data, err = record.Upgrade(data); err != nil {
			return nil, err
		}
	}
	var r record.Run
	err := json.Unmarshal(data, &r)
	if err == nil && r.Schema == record.Schema {
		if err := validate(&r); err != nil {
			return nil, err
		}
		return &r, nil
	}
	// Another schema may disagree about types, so it is named first.
	if json.Unmarshal(data, &probe) == nil {
		switch {
		case probe.Schema == nil:
			return nil, fmt.Errorf("%w: the file names none; this version reads %q", ErrSchema, record.Schema)
		case *probe.Schema != record.Schema:
			if strings.HasPrefix(*probe.Schema, "duet.") && !strings.HasPrefix(*probe.Schema, "duet.run/") {
				return nil, fmt.Errorf("%w: %q is a file about runs and holds none; give its folder", ErrSchema, *probe.Schema)
			}
			return nil, fmt.Errorf("%w %q; this version reads %q: use the duet that wrote it, or measure again", ErrSchema, *probe.Schema, record.Schema)
		}
	}
	return nil, position(data, err)
}

// void says that a file holds nothing, "" where it holds something. A file that was
// not written by this package, or by a disk that only says that it has written, may
// be so after a power cut.
func void(data []byte) string {
	switch {
	case len(data) == 0:
		return "the file is empty, as a power cut may leave it"
	case len(bytes.Trim(data, "\x00")) == 0:
		return "the file is nothing but zeros, as a power cut may leave it"
	case bytes.HasPrefix(data, []byte("\x1f\x8b")):
		return "the file is compressed (gzip): unpack it first"
	case !bytes.HasPrefix(bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), " \t\r\n"), []byte("{")):
		return "neither a metrics.json of duet's or the study's nor text with lines that begin with Benchmark"
	}
	return ""
}

// validate checks what every reader relies on.
func validate(r *record.Run) error {
	switch {
	case r.Suite == "":
		return errors.New("the run names no suite")
	case r.Status != record.StatusOK && r.Status != record.StatusFailed:
		return fmt.Errorf("status %q; expected %q or %q", r.Status, record.StatusOK, record.StatusFailed)
	case r.Cell.ID == "":
		return errors.New("the cell has no id")
	}
	return nil
}

// position adds line and column to an error of encoding/json.
func position(data []byte, err error) error {
	var offset int64
	if e, ok := errors.AsType[*json.SyntaxError](err); ok {
		offset = e.Offset
	} else if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		offset = e.Offset
	} else {
		return err
	}
	before := data[:min(int(offset), len(data))]
	line := 1 + bytes.Count(before, []byte("\n"))
	return fmt.Errorf("line %d, column %d: %w", line, len(before)-bytes.LastIndexByte(before, '\n')-1, err)
}

// ErrSchema is wrapped by the error for a file of another schema.
var ErrSchema = errors.New("unknown schema")

// ReadRuns reads one metrics.json, duet's own or one that an importer reads, some
// of which hold several runs. The error about a broken file is that of the reader
// it is meant for.
func ReadRuns(path string) ([]*record.Run, error) {
	runs, _, err := readRuns(path)
	return runs, err
}

// readRuns is ReadRuns, with a sum over what the file holds.
func readRuns(path string) (runs []*record.Run, sum uint64, err error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, 0, err
	}
	r, err := Decode(data)
	if err == nil {
		return []*record.Run{r}, maphash.Bytes(sumSeed, data), nil
	}
	runs, err = imported(path, data, err)
	return runs, maphash.Bytes(sumSeed, data), err
}

var sumSeed = maphash.MakeSeed()

// ErrSeen is wrapped by the error for a copy of a run that was read before, ErrTwo by
// that for a file which says that it is that run and holds something else: nobody
// knows which of them is meant, and nothing is read.
var (
	ErrSeen = errors.New("the same run again")
	ErrTwo  = errors.New("two files for one run")
)

// Reader reads runs, and each once: a copy of a session beside it or of a run
// inside it would count twice in every mean, and make intervals of repetitions
// that nobody made. The zero value is ready; several paths that belong together are
// read by one.
type Reader struct {
	mu   sync.Mutex
	seen map[identity]source
}

// identity is what makes a run itself, wherever its file lies and whatever the
// folder is called. Two sessions of one name began their runs at other times.
type identity struct {
	session, study, suite, cell string
	number                      int
	started                     int64
}

type source struct {
	path string
	sum  uint64
}

// met refuses a run that was read before.
func (rd *Reader) met(path string, sum uint64, r *record.Run) error {
	id := identity{session: r.Session, suite: r.Suite, cell: r.Cell.Key(), number: r.RunNumber, started: r.Started.UnixNano()}
	if r.Imported != nil {
		id.session, id.study, id.started = "", r.Imported.Study, 0 // a study and its import are the same runs
	}
	rd.mu.Lock()
	defer rd.mu.Unlock()
	if first, again := rd.seen[id]; again {
		paths := []string{first.path, path}
		slices.Sort(paths)
		why, how := ErrSeen, "it counts once"
		if sum != first.sum {
			why, how = ErrTwo, "they differ, so take one of them away"
		}
		return fmt.Errorf("%w: run %d of %s is in %s and in %s; %s", why, r.RunNumber, r.Cell.ID, paths[0], paths[1], how)
	}
	if rd.seen == nil {
		rd.seen = map[identity]source{}
	}
	rd.seen[id] = source{path, sum}
	return nil
}

// Importer reads the files of another tool. The rooms of such tools register
// theirs when they are imported, as database drivers do.
type Importer struct {
	Name   string // what Imported.Study says of its runs
	Claims func(path string, data []byte) bool
	Decode func(path string, data []byte) ([]*record.Run, error)
}

var importers []Importer

// RegisterImporter adds one.
func RegisterImporter(i Importer) { importers = append(importers, i) }

// Importers are the names of those that there are.
func Importers() []string {
	var out []string
	for _, i := range importers {
		out = append(out, i.Name)
	}
	return out
}

// imported is the runs of a file that an importer claims; else why is the error.
func imported(path string, data []byte, why error) ([]*record.Run, error) {
	for _, i := range importers {
		if i.Claims(path, data) {
			runs, err := i.Decode(path, data)
			if err == nil {
				return runs, nil
			}
			why = err
			break
		}
	}
	return nil, fmt.Errorf("%s: %w", path, why)
}

// Tree is what ReadTree found.
type Tree struct {
	Files  []RunFile // by suite, cell, run number, path
	Errors []error   // one per file that could not be read, by path
}

// Runs are those of the files.
func (t Tree) Runs() []*record.Run {
	runs := make([]*record.Run, len(t.Files))
	for i, f := range t.Files {
		runs[i] = f.Run
	}
	return runs
}

// ReadTree reads every metrics.json at or below root: a results folder, a
// session, a part of one, or one file. Below the folder of a run, run_<n> with
// a metrics.json in it, nothing more is looked for. The error is for a root
// that cannot be looked at; files that cannot be read are in Tree.Errors.
func ReadTree(root string) (Tree, error) { return new(Reader).Tree(root) }

// Tree is ReadTree for one of several roots.
func (rd *Reader) Tree(root string) (Tree, error) {
	var found []*[]RunFile // by worker
	unread, err := rd.Each(root, func() Take {
		files := &[]RunFile{}
		found = append(found, files)
		return func(path string, r *record.Run) { *files = append(*files, RunFile{path, r}) }
	})
	if err != nil {
		return Tree{}, err
	}
	t := Tree{Errors: unread}
	for _, files := range found {
		t.Files = append(t.Files, *files...)
	}
	slices.SortFunc(t.Files, func(a, b RunFile) int {
		x, y := a.Run, b.Run
		return cmp.Or(cmp.Compare(x.Suite, y.Suite), cmp.Compare(x.Cell.ID, y.Cell.ID), cmp.Compare(x.RunNumber, y.RunNumber), cmp.Compare(a.Path, b.Path))
	})
	return t, nil
}

// Take is called with a run and the path of its file.
type Take func(path string, r *record.Run)

// Each reads what ReadTree reads and keeps none of it, for tables over more runs
// than one would hold in memory: whoever takes a run derives what it needs and
// lets the samples and chunks go. Several goroutines read; each has a Take of its
// own and calls it for every run, in no order. The errors of files that cannot be
// read come back by path.
func Each(root string, take func() Take) (unread []error, err error) {
	return new(Reader).Each(root, take)
}

// Each is Each for one of several roots.
func (rd *Reader) Each(root string, take func() Take) (unread []error, err error) {
	files, unread, err := metricsFiles(root)
	if err != nil {
		return nil, err
	}
	next := make(chan string)
	var wg sync.WaitGroup
	var mu sync.Mutex
	for range min(runtime.GOMAXPROCS(0), len(files)) { // decoding takes the time, not the disk
		take := take()
		wg.Go(func() {
			for path := range next {
				runs, sum, err := readRuns(path)
				errs := []error{err}
				for _, r := range runs {
					if err := rd.met(path, sum, r); err != nil {
						errs = append(errs, err)
						continue
					}
					take(path, r)
				}
				mu.Lock()
				unread = append(unread, slices.DeleteFunc(errs, func(err error) bool { return err == nil })...)
				mu.Unlock()
			}
		})
	}
	for _, path := range files {
		next <- path
	}
	close(next)
	wg.Wait()
	slices.SortFunc(unread, func(a, b error) int { return cmp.Compare(a.Error(), b.Error()) })
	if i := slices.IndexFunc(unread, func(err error) bool { return errors.Is(err, ErrTwo) }); i >= 0 {
		return unread, unread[i]
	}
	return unread, nil
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
