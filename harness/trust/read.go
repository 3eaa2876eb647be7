package trust

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
)

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

// Read reads a session's folder as it is. Only what keeps the folder from being read
// at all is an error here; everything else is for the checks to say.
func Read(dir string) (Session, error) {
	tree, err := results.ReadTree(dir)
	if err != nil {
		return Session{Dir: filepath.ToSlash(dir)}, err
	}
	return readTree(dir, tree)
}

// readTree collects what the checks ask of. A file that cannot be read is kept with its
// reason, in place of an error: the check that names it must not be the first to go
// without an answer. A link to the folder is followed, as the reader of runs does, so
// that its paths can be cut to what is below the folder.
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
		var sum Summary
		var errs [2]error
		sum.JSON, errs[0] = maybe(filepath.Join(cell, results.SummaryJSON))
		sum.Markdown, errs[1] = maybe(filepath.Join(cell, results.SummaryMD))
		if err := errors.Join(errs[:]...); err != nil {
			return err
		}
		s.Summaries[id] = sum
	}
	if s.Bench, err = maybe(filepath.Join(dir, "bench.txt")); err != nil {
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
