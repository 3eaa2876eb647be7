package results

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
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
	file, _, err := readFile(dir)
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
	hole := slices.ContainsFunc(req.Cells, func(id string) bool { return !f.complete(id, req.Plan.Rounds) })
	return hole && (f.Resumed > 0 || req.Now.Sub(f.File.Updated) <= joinWithin)
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
	if len(f.rows) > 0 {
		err := fmt.Errorf("session %s has runs and no %s, so nobody knows what they are of; move its folder away, or choose another -duet.session", name, FileName)
		return nil, errors.Join(err, f.Close())
	}
	f.made = made
	if err := SyncDir(req.Results); err != nil {
		return nil, errors.Join(fmt.Errorf("make session folder: %w", err), f.Close())
	}
	return f, nil
}

// Writable makes a folder and proves that files can be written into it, so that
// a wrong one is found before the first measurement and not after the last.
func Writable(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("results folder: %w", err)
	}
	f, err := os.CreateTemp(dir, ".writable-*")
	if err != nil {
		return fmt.Errorf("results folder: %w", err)
	}
	_, werr := f.WriteString("x")
	if err := errors.Join(werr, f.Close(), os.Remove(f.Name())); err != nil {
		return fmt.Errorf("results folder: %w", err)
	}
	return nil
}

// differences names the fields in which two plans differ.
func differences(a, b Plan) string {
	va, vb := reflect.ValueOf(a), reflect.ValueOf(b)
	var out []string
	for i := range va.NumField() {
		if x, y := va.Field(i).Interface(), vb.Field(i).Interface(); !reflect.DeepEqual(x, y) {
			name, _, _ := strings.Cut(va.Type().Field(i).Tag.Get("json"), ",")
			out = append(out, fmt.Sprintf("%s %v, now %v", name, x, y))
		}
	}
	return strings.Join(out, "; ")
}

// ErrLocked is returned for a session that another process is measuring.
var ErrLocked = errors.New("session is being measured by another process")

const lockName = "session.lock"

// owner is what a lock file says, for people: what holds the lock is the
// system, which lets it go when the process ends in whatever way.
type owner struct {
	PID int `json:"pid"`
}

// lock makes a session ours until unlock.
func lock(dir string) (*os.File, error) {
	path := filepath.Join(dir, lockName)
	for range 10 {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
		if err != nil {
			return nil, fmt.Errorf("lock session: %w", err)
		}
		if err := tryLock(f); err != nil {
			return nil, errors.Join(locked(f, err), f.Close())
		}
		if still(f, path) {
			return f, sign(f)
		}
		if err := f.Close(); err != nil { // its owner removed it just now
			return nil, fmt.Errorf("lock session: %w", err)
		}
	}
	return nil, ErrLocked
}

// still reports whether an open file is the one at a path.
func still(f *os.File, path string) bool {
	mine, err := f.Stat()
	if err != nil {
		return false
	}
	there, err := os.Stat(path)
	return err == nil && os.SameFile(mine, there)
}

// sign writes who holds a lock into it.
func sign(f *os.File) error {
	if err := f.Truncate(0); err != nil {
		return fmt.Errorf("lock session: %w", err)
	}
	return json.NewEncoder(f).Encode(owner{os.Getpid()})
}

// locked is the error for a lock that somebody else holds.
func locked(f *os.File, err error) error {
	if !errors.Is(err, ErrLocked) {
		return fmt.Errorf("lock session: %w", err)
	}
	text, _ := io.ReadAll(f)
	var o owner
	if json.Unmarshal(text, &o) != nil || o.PID == 0 {
		return ErrLocked // it is being signed
	}
	return fmt.Errorf("%w (pid %d)", ErrLocked, o.PID)
}

// unlock gives a session free. The file goes first, where a system lets go of an
// open one, so that nobody locks a file that is about to go.
func unlock(f *os.File) error {
	if os.Remove(f.Name()) == nil {
		return f.Close()
	}
	err := f.Close()
	_ = os.Remove(f.Name()) // somebody who has locked it by now keeps it
	return err
}
