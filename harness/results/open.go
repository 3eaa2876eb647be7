package results

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Open finds the session a command belongs to, or makes it, and locks it.
func Open(req Request) (*Folder, error) {
	if err := Writable(req.Results); err != nil {
		return nil, err
	}
	if req.Name != "" {
		return openNamed(req)
	}
	candidates, unread, err := sessions(req.Results)
	if err != nil {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	f, err := among(candidates, req)
	if f != nil {
		f.Unread = unread
	}
	return f, err
}

// among goes on with the newest session that a command belongs to, or begins one.
func among(candidates []File, req Request) (*Folder, error) {
	for _, c := range candidates {
		if c.Merged != nil || c.PlanHash != req.Plan.Hash() || req.Now.Sub(c.Updated) > resumeWithin {
			continue
		}
		f, err := load(req, c)
		if errors.Is(err, ErrLocked) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if f.belongs(req) {
			return f.mended()
		}
		if err := f.Close(); err != nil {
			return nil, err
		}
	}
	return createNew(req)
}

// openNamed opens a session by name; it must have been made with the same plan.
func openNamed(req Request) (*Folder, error) {
	dir := filepath.Join(req.Results, req.Name)
	file, err := readFile(dir)
	if errors.Is(err, os.ErrNotExist) {
		return create(req, req.Name)
	}
	if err != nil {
		return nil, fmt.Errorf("%w; remove the session's folder, or choose another -duet.session", err)
	}
	if file.Merged != nil {
		return nil, fmt.Errorf("session %s was merged of several, and nothing is measured in it; choose another -duet.session", req.Name)
	}
	if file.PlanHash != req.Plan.Hash() {
		return nil, fmt.Errorf("session %s was made with other settings or on another commit (%s); choose another -duet.session", req.Name, differences(file.Plan, req.Plan))
	}
	f, err := load(req, file)
	if err != nil {
		return nil, err
	}
	return f.mended()
}

// belongs reports whether a command without a name goes on with this session:
// it has runs of the suite and lacks some, or it lacks the suite and is fresh. A
// cell with outliers lacks its re-run.
// A failed run is no hole; name the session to have it made again.
func (f *Folder) belongs(req Request) bool {
	holes := 0
	for _, id := range req.Cells {
		holes += f.holes(id, req.Plan.Rounds)
	}
	return holes > 0 && (f.Resumed > 0 || req.Now.Sub(f.File.Updated) <= joinWithin)
}

// create begins a session in a folder of that name, which may be there.
func create(req Request, name string) (*Folder, error) {
	err := os.Mkdir(filepath.Join(req.Results, name), 0o755)
	if err != nil && !errors.Is(err, os.ErrExist) {
		return nil, fmt.Errorf("make session folder: %w", err)
	}
	return begin(req, name, err == nil)
}

// createNew begins a session named after the time, with a number when that
// second has a session already.
func createNew(req Request) (*Folder, error) {
	base := req.Now.Format("20060102-150405") + "-" + req.Kind
	if req.Plan.Shard != "" { // folders of several machines come to lie side by side
		base += "-" + strings.Replace(req.Plan.Shard, "/", "of", 1)
	}
	name := base
	for i := 2; ; i++ {
		err := os.Mkdir(filepath.Join(req.Results, name), 0o755)
		if err == nil {
			return begin(req, name, true)
		}
		if !errors.Is(err, os.ErrExist) {
			return nil, fmt.Errorf("make session folder: %w", err)
		}
		name = fmt.Sprintf("%s-%d", base, i)
	}
}

func begin(req Request, name string, made bool) (*Folder, error) {
	f, err := load(req, File{
		Schema: FileSchema, Name: name, Created: req.Now, Updated: req.Now,
		Plan: req.Plan, PlanHash: req.Plan.Hash(), Suites: map[string][]string{},
	})
	if err != nil {
		return nil, err
	}
	if len(f.runs) > 0 {
		err := fmt.Errorf("session %s has runs and no %s, so nobody knows what they are of; move its folder away, or choose another -duet.session", name, FileName)
		return nil, errors.Join(err, f.Close())
	}
	f.made = made
	if err := SyncDir(req.Results); err != nil {
		return nil, errors.Join(fmt.Errorf("make session folder: %w", err), f.Close())
	}
	return f, nil
}
