package results

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
)

// FileSchema names the version of session.json. The first is brought to it.
const (
	FileSchema      = "duet.session/2"
	firstFileSchema = "duet.session/1"
)

// File is session.json.
type File struct {
	Schema      string             `json:"schema"`
	Name        string             `json:"name"`
	Created     time.Time          `json:"created"`
	Updated     time.Time          `json:"updated"`
	Plan        Plan               `json:"plan"`
	PlanHash    string             `json:"plan_hash"`
	Backend     record.Backend     `json:"backend"`
	Environment record.Environment `json:"environment"`
	Servers     []record.Server    `json:"servers"`
	Models      []record.Model     `json:"models"`
	Why         string             `json:"why"` // why these servers
	// Meter is what each client runtime made of a known answer, right before the
	// latest sitting: the floor under its differences.
	Meter []record.MeterReading `json:"meter,omitempty"`
	// Known is what they made of servers that stream in every way a real one may.
	Known []record.KnownAnswer `json:"known_answers,omitempty"`
	// Findings is what was found right before each visit to real servers that may
	// make its figures worth less.
	Findings []Finding `json:"findings,omitempty"`
	// Cells are all cells of the plan in the suites that were opened, those of other
	// shards too: what was to be measured is read here and not made again.
	Cells []plan.Cell `json:"cells"`
	// Suites says, per suite, which cells the commands so far have asked for.
	Suites map[string][]string `json:"suites"`
	// Merged are the sessions that were joined into this one (benchfmt merge), nil
	// where this is one machine's. What one machine alone has, such as its
	// environment and what its meters read, is there and not above.
	Merged []Merged `json:"merged,omitempty"`
}

// Merged is a session that was joined with others, as it was, and the machine that
// measured it.
type Merged struct {
	Machine string `json:"machine"`
	Session File   `json:"session"`
}

// FileName is the file that makes a folder a session.
const FileName = "session.json"

// readFile reads a session.json and refuses one of another version by name.
func readFile(dir string) (File, error) {
	path := filepath.Join(dir, FileName)
	b, err := os.ReadFile(path)
	if err != nil {
		return File{}, err
	}
	if why := Void(b); why != "" {
		return File{}, fmt.Errorf("read %s: %s", path, why)
	}
	var version struct{ Schema string } // first: another may disagree about types
	err = json.Unmarshal(b, &version)
	if err == nil && version.Schema == firstFileSchema {
		if b, err = upgradeFile(b); err != nil {
			return File{}, fmt.Errorf("read %s: %w", path, err)
		}
	} else if err == nil && version.Schema != FileSchema {
		return File{}, fmt.Errorf("read %s: schema %q, this version reads %q: use the duet that wrote it, or measure again", path, version.Schema, FileSchema)
	}
	var f File
	if err := json.Unmarshal(b, &f); err != nil {
		return File{}, fmt.Errorf("read %s: %w", path, err)
	}
	if version.Schema == firstFileSchema {
		f.expand()
	}
	return f, nil
}

// readAny is readFile for a folder that may be no session of duet's.
func readAny(dir string) (File, error) {
	f, err := readFile(dir)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return f, err
}

// sessions lists the readable sessions of a results folder, newest first, and why
// others cannot be read. Folders that are not sessions are none of our business.
func sessions(results string) (out []File, unread []error, err error) {
	entries, err := os.ReadDir(results)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		f, err := readFile(filepath.Join(results, e.Name()))
		switch {
		case err == nil && f.Name == e.Name():
			out = append(out, f)
		case err != nil && !errors.Is(err, fs.ErrNotExist):
			unread = append(unread, err)
		}
	}
	slices.SortFunc(out, func(a, b File) int { return b.Created.Compare(a.Created) })
	return out, unread, nil
}

func writeJSON(path string, v any) error {
	b, err := Encode(v)
	if err != nil {
		return err
	}
	return WriteFile(path, b)
}
