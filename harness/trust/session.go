package trust

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
)

// Session is what lies in a session's folder, as it was read. Paths are below
// the folder, with slashes. What is not there is nil.
type Session struct {
	Dir       string
	Files     []File         // by suite, cell, run number, path
	Set       *metric.Set    // everything derived from their runs; nil to derive it
	Unread    []record.Place // metrics.json that cannot be read
	Unknown   []record.Place // metrics.json of a schema that this version does not know
	Record    *results.File
	PlanHash  string // of the plan that stands in it
	RecordErr string // why session.json cannot be read, or what its schema says against it
	Summaries map[string]Summary
	Bench     []byte // bench.txt
	Failures  []byte // failures.jsonl
}

// File is one run.
type File struct {
	Path    string
	Run     *record.Run
	Foreign bool   // the file is another tool's own, in its own layout
	Invalid string // what the published schema says against it; "" for nothing
}

// Summary is what lies in a cell's folder beside its runs.
type Summary struct{ JSON, Markdown []byte }

// session is what was read of one with what several checks ask of it, made once:
// deriving everything from all runs is too much to do for each check.
type session struct {
	Session
	set      *metric.Set
	cells    []cell
	imported bool // every run is another tool's
}

// cell is the runs of one cell, in the order of their numbers.
type cell struct {
	id    string
	files []File
	rows  []*metric.Row // what is derived from its runs
}

// newSession groups the runs by cell, in the order of reading. A session is another tool's
// only if all its runs are: with one run of duet's it has a plan to be held to.
func newSession(read Session) *session {
	s := &session{Session: read, imported: len(read.Files) > 0}
	var runs []*record.Run
	at := map[string]int{}
	for _, f := range s.Files {
		runs = append(runs, f.Run)
		s.imported = s.imported && imported(f.Run)
		i, ok := at[f.Run.Cell.ID]
		if !ok {
			i = len(s.cells)
			at[f.Run.Cell.ID] = i
			s.cells = append(s.cells, cell{id: f.Run.Cell.ID})
		}
		s.cells[i].files = append(s.cells[i].files, f)
	}
	if s.set = read.Set; s.set == nil {
		s.set = metric.NewSet(runs)
	}
	for _, row := range s.set.Rows {
		if i, ok := at[row.Run.Cell.ID]; ok {
			own := *row // what a set says of its rows is not to be said again of the cell's
			s.cells[i].rows = append(s.cells[i].rows, &own)
		}
	}
	return s
}

// own are the runs that duet measured. Others have no stamps of calls, no line in
// bench.txt and no summary.
func (s *session) own() []File {
	return slices.DeleteFunc(slices.Clone(s.Files), func(f File) bool { return imported(f.Run) })
}

// eachRun asks of every run of duet's whether it holds; ask adds what does not.
func (s *session) eachRun(ask func(r *record.Run, against func(reason string))) outcome {
	files := s.own()
	a := outcome{of: len(files)}
	for _, f := range files {
		ask(f.Run, func(reason string) { a.against(f.Path, reason) })
	}
	return a
}

// eachCall asks of every call of theirs; ask says why it does not hold, "" where it does.
func (s *session) eachCall(ask func(*record.Run, *record.Pass, *record.Call) string) outcome {
	return s.eachRun(func(r *record.Run, against func(string)) {
		for i := range r.Passes {
			p := &r.Passes[i]
			for k := range p.Calls {
				c := &p.Calls[k]
				if why := ask(r, p, c); why != "" {
					against(fmt.Sprintf("%s pass, %s, call %d: %s", p.Kind, c.Agent, c.Index+1, why))
				}
			}
		}
	})
}

// Validate reads a session's folder and asks every check of it.
func Validate(dir string) (Verdict, error) {
	tree, err := results.ReadTree(dir)
	if err != nil {
		return Verdict{}, err
	}
	return ValidateTree(dir, tree, nil)
}

// ValidateTree is Validate for a caller that has read the folder's runs and, unless
// set is nil, derived everything from them.
func ValidateTree(dir string, tree results.Tree, set *metric.Set) (Verdict, error) {
	s, err := readTree(dir, tree)
	if err != nil {
		return Verdict{}, err
	}
	s.Set = set
	return s.Validate(), nil
}

// readTree collects what the checks ask of. Only what keeps the folder from being read at
// all is an error; a file that cannot be read is kept with its reason, for the check that
// names it. A link to the folder is followed, as the reader of runs does, so that its
// paths can be cut to what is below the folder.
func readTree(dir string, tree results.Tree) (Session, error) {
	s := Session{Dir: filepath.ToSlash(dir), Summaries: map[string]Summary{}}
	root, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return s, err
	}
	s.Files = files(root, tree.Files)
	for _, err := range tree.Errors {
		o := unread(root, err)
		if errors.Is(err, results.ErrSchema) {
			s.Unknown = append(s.Unknown, o)
		} else {
			s.Unread = append(s.Unread, o)
		}
	}
	s.Record, s.PlanHash, err = results.Read(dir)
	if err != nil {
		s.RecordErr = below(root, err.Error())
	} else if s.Record != nil {
		s.RecordErr = against(results.Check(dir))
	}
	return s, readRepeats(dir, &s)
}

// readRepeats reads what repeats the runs: the summaries of cells, bench.txt and
// failures.jsonl. That one of them is missing is for its check to say. A cell's id is
// text from a file, so it is not followed out of the session's folder.
func readRepeats(dir string, s *Session) (err error) {
	for _, f := range s.Files {
		id := f.Run.Cell.ID
		if _, known := s.Summaries[id]; known || f.Foreign {
			continue
		}
		cell, err := results.CellDir(dir, id)
		if err != nil {
			continue // its runs lie nowhere near, which the check of places says
		}
		data, err := maybe(filepath.Join(cell, results.SummaryJSON))
		text, more := maybe(filepath.Join(cell, results.SummaryMD))
		if err := errors.Join(err, more); err != nil {
			return err
		}
		s.Summaries[id] = Summary{data, text}
	}
	if s.Bench, err = maybe(filepath.Join(dir, results.BenchName)); err != nil {
		return err
	}
	s.Failures, err = maybe(filepath.Join(dir, results.FailuresFile))
	return err
}

// maybe reads a file, nil where there is none or a folder of its name.
func maybe(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if info, lost := os.Stat(path); err != nil && (errors.Is(err, fs.ErrNotExist) || lost == nil && info.IsDir()) {
		return nil, nil
	}
	return data, err
}

// unread is the error about a file as a place.
func unread(root string, err error) record.Place {
	file, reason := located(err)
	return record.Place{File: below(root, file), Reason: below(root, reason)}
}

// located splits the error about a file into its path and the reason.
func located(err error) (file, reason string) {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Path, e.Err.Error()
	}
	if file, reason, ok := strings.Cut(err.Error(), results.MetricsFile+": "); ok {
		return file + results.MetricsFile, reason
	}
	return ".", err.Error()
}

// below leaves a session's folder out of a text, and writes paths with slashes.
func below(root, text string) string {
	return filepath.ToSlash(strings.ReplaceAll(text, root+string(filepath.Separator), ""))
}

// files holds every run to the published schema, on every processor: it takes
// longer than all else.
func files(root string, runs []results.RunFile) []File {
	out := make([]File, len(runs))
	var all sync.WaitGroup
	n := runtime.GOMAXPROCS(0)
	for k := range n {
		all.Go(func() {
			for i := k; i < len(runs); i += n {
				out[i] = file(root, runs[i])
			}
		})
	}
	all.Wait()
	return out
}

// file is a run with what the schema says against it. Imported runs are in a file of the
// other tool's, which no schema of duet's describes, or written out as duet's own.
func file(root string, f results.RunFile) File {
	out := File{Path: below(root, f.Path), Run: f.Run}
	data, err := os.ReadFile(f.Path)
	switch {
	case err != nil:
		out.Invalid = err.Error()
	case f.Run.Imported != nil && foreign(data):
		out.Foreign = true
	default:
		out.Invalid = against(record.Check(data))
	}
	return out
}

// foreign reports whether a file is not in our layout.
func foreign(data []byte) bool {
	var probe struct{ Schema string }
	return json.Unmarshal(data, &probe) != nil || probe.Schema != record.Schema && probe.Schema != record.FirstSchema
}

// against is what a schema says against a file, on one line and in not too many words,
// without half a character at the end; "" for nothing.
func against(err error) string {
	if err == nil {
		return ""
	}
	const longest = 300
	said := strings.Join(strings.Fields(err.Error()), " ")
	if len(said) > longest {
		said = strings.ToValidUTF8(said[:longest], "") + "…"
	}
	return said
}
