package merge

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
	"github.com/chimeraforge/duet/harness/trust"
)

// session is a source that has been read.
type session struct {
	Source
	file       results.File
	runs       []results.RunFile
	processors int // as its benchmark names say
}

// read reads a source, and says why it cannot be merged by itself.
func read(s Source, o Options) (session, []string) {
	out := session{Source: s}
	refuse := func(format string, args ...any) (session, []string) {
		return out, []string{s.Dir + fmt.Sprintf(format, args...)}
	}
	if info, err := os.Stat(s.Dir); err != nil || !info.IsDir() {
		return refuse(": no such folder")
	}
	file, _, err := results.Read(s.Dir)
	switch {
	case err != nil:
		return out, []string{err.Error()} // it names the file
	case file == nil:
		return refuse(" is no session: it has no %s", results.FileName)
	case len(file.Merged) > 0:
		return refuse(" is merged already: merge the sessions that it was made of")
	case file.Plan.Hash() != file.PlanHash:
		return refuse(": its plan is not one that this version writes, and may say more than is understood; merge with the version that measured it (commit %s)", file.Plan.Commit)
	case results.Busy(s.Dir):
		return refuse(" is being measured")
	}
	out.file = *file
	tree, err := results.ReadTree(s.Dir)
	if err != nil {
		return out, []string{err.Error()}
	}
	var unread []string
	for _, err := range tree.Errors {
		unread = append(unread, err.Error())
	}
	if len(unread) > 0 {
		return out, unread
	}
	out.runs = tree.Files
	if out.processors, err = processors(s.Dir); err != nil {
		return out, []string{err.Error()}
	}
	return out, out.doubts(o, tree)
}

// Checks that may be waived, and those that never are: without them it is not known
// which run is which.
var (
	ofCompleteness = []string{"planned-runs", "reruns"}
	ofIdentity     = []string{"files-read", "schema-known", "session-file", "in-place", "digests"}
)

// doubts are the checks of validation that do not hold, unless they are waived.
func (s session) doubts(o Options, tree results.Tree) (out []string) {
	v, err := trust.ValidateTree(s.Dir, tree, nil)
	if err != nil {
		return []string{err.Error()}
	}
	for _, r := range v.Failed() {
		how := "; -invalid merges it all the same"
		switch {
		case slices.Contains(ofIdentity, r.Code):
			how = ""
		case slices.Contains(ofCompleteness, r.Code):
			if o.Incomplete {
				continue
			}
			how = "; finish it with the command that began it, or say -incomplete"
		case o.Invalid:
			continue
		}
		out = append(out, s.Dir+" is not valid: "+said(r)+how)
	}
	return append(out, s.seeds()...)
}

func said(r record.Finding) string {
	more := ""
	if n := len(r.Places) - 1; n > 0 {
		more = fmt.Sprintf(" and %d more", n)
	}
	return fmt.Sprintf("%s: %s%s", r.Code, r.Places[0], more)
}

// seeds holds every run to the session's seed, and to being duet's own.
func (s session) seeds() []string {
	for _, f := range s.runs {
		switch {
		case f.Run.Imported != nil:
			return []string{f.Path + ": another tool measured it"}
		case f.Run.Seed != s.file.Plan.Seed:
			return []string{fmt.Sprintf("%s: seed %d, and its session's is %d", f.Path, f.Run.Seed, s.file.Plan.Seed)}
		}
	}
	return nil
}

// named ends the first benchmark name of a file with its processors.
var named = regexp.MustCompile(`(?m)^Benchmark\S*?(?:-([0-9]+))? `)

// processors reads how many the names in a session's bench.txt end in; 1 where they
// say none.
func processors(dir string) (int, error) {
	data, err := os.ReadFile(filepath.Join(dir, results.BenchName))
	if errors.Is(err, os.ErrNotExist) {
		return 1, nil
	}
	if err != nil {
		return 0, err
	}
	m := named.FindSubmatch(data)
	if m == nil || len(bytes.TrimSpace(m[1])) == 0 {
		return 1, nil
	}
	return strconv.Atoi(string(m[1]))
}
