package results

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/google/jsonschema-go/jsonschema"

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
	// latest partial session: the floor under its differences.
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

// PublishedSchema is the JSON Schema of session.json, made of the types above.
//
//go:embed schema.json
var PublishedSchema []byte

var resolved = sync.OnceValues(func() (*jsonschema.Resolved, error) {
	var s jsonschema.Schema
	if err := json.Unmarshal(PublishedSchema, &s); err != nil {
		return nil, err
	}
	return s.Resolve(nil)
})

// Check holds the session.json of a folder to the published schema. One of the first
// layout has none.
func Check(dir string) error {
	data, err := os.ReadFile(filepath.Join(dir, FileName))
	if err != nil {
		return err
	}
	s, err := resolved()
	if err != nil {
		return fmt.Errorf("the published schema: %w", err)
	}
	var file any
	if err := json.Unmarshal(data, &file); err != nil {
		return err
	}
	if of, ok := file.(map[string]any); ok && of["schema"] == firstFileSchema {
		return nil
	}
	return s.Validate(file)
}

// Read reads the session.json of a folder, and the hash of the plan as it stands
// there: of every field that whoever wrote it knew. A folder without one is no
// error and has none.
func Read(dir string) (*File, string, error) {
	f, planHash, err := readFile(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", err
	}
	return &f, planHash, nil
}

// readFile reads a session.json and the hash of its plan, and refuses one of another
// version by name.
func readFile(dir string) (f File, planHash string, err error) {
	path := filepath.Join(dir, FileName)
	data, err := os.ReadFile(path)
	if err != nil {
		return f, "", err
	}
	if f, planHash, err = parseFile(data); err != nil {
		return f, "", fmt.Errorf("read %s: %w", path, err)
	}
	return f, planHash, nil
}

func parseFile(data []byte) (f File, planHash string, err error) {
	if why := void(data); why != "" {
		return f, "", errors.New(why)
	}
	planHash, _ = hashIn(data)          // what is wrong with the text is found below
	var version struct{ Schema string } // first: another may disagree about types
	err = json.Unmarshal(data, &version)
	switch {
	case err != nil:
	case version.Schema == firstFileSchema:
		if data, err = upgradeFile(data); err != nil {
			return f, "", err
		}
	case version.Schema != FileSchema:
		return f, "", fmt.Errorf("schema %q, this version reads %q: use the duet that wrote it, or measure again", version.Schema, FileSchema)
	}
	if err := json.Unmarshal(data, &f); err != nil {
		return File{}, "", err
	}
	if version.Schema == firstFileSchema {
		f.expand()
	}
	return f, planHash, nil
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
		f, _, err := readFile(filepath.Join(results, e.Name()))
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

// hashIn is Plan.Hash of the text of a plan: what encoding/json writes of it
// without blanks.
func hashIn(session []byte) (string, error) {
	var raw struct{ Plan json.RawMessage }
	if err := json.Unmarshal(session, &raw); err != nil {
		return "", err
	}
	var plain, escaped bytes.Buffer
	if err := json.Compact(&plain, raw.Plan); err != nil {
		return "", err
	}
	json.HTMLEscape(&escaped, plain.Bytes())
	sum := sha256.Sum256(escaped.Bytes())
	return hex.EncodeToString(sum[:8]), nil
}

// upgradeFile brings a session.json of the first layout to this one, with those
// that were merged into it. Its cells it has not: see expand.
func upgradeFile(data []byte) ([]byte, error) {
	var f map[string]any
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := d.Decode(&f); err != nil {
		return nil, err
	}
	upgradeSession(f)
	return json.Marshal(f)
}

func upgradeSession(f map[string]any) {
	f["schema"] = FileSchema
	record.UpgradeServers(f["servers"])
	if found, ok := f["spoilers"]; ok {
		record.UpgradeFindings(found)
		f["findings"] = found
		delete(f, "spoilers")
	}
	merged, _ := f["merged"].([]any)
	for _, m := range merged {
		if m, ok := m.(map[string]any); ok {
			if s, ok := m["session"].(map[string]any); ok {
				upgradeSession(s)
			}
		}
	}
}

// expand makes the cells of a session of the first layout, which kept none, out of
// its plan. No other reader makes cells.
func (f *File) expand() {
	for i := range f.Merged {
		f.Merged[i].Session.expand()
	}
	compared := f.Compared()
	for _, m := range f.Merged {
		f.Keep(m.CellsIn(compared)...)
	}
	shard, err := plan.ParseShard(f.Plan.Shard)
	if err != nil || len(f.Merged) > 0 {
		return
	}
	p := plan.Plan{
		Models: f.Plan.Models, Runtimes: f.Plan.Runtimes, Scenarios: f.Plan.Scenarios, Topologies: f.Plan.Topology, Ctx: f.Plan.Ctx,
	}
	work := plan.Work{Budget: f.Plan.Budget, Unequal: f.Plan.Unequal}
	for _, suite := range slices.Sorted(maps.Keys(f.Suites)) {
		all, err := plan.CellsOf(suite, p)
		if err != nil {
			continue // a plan of another version; its cells are not ours to name
		}
		if all, err = shard.Divide(suite, all, p, work); err == nil {
			f.Keep(all...)
		}
	}
}

// Finding is what was found on the machine right before a command measured a
// suite, or a part of it, and may make its figures worth less.
type Finding struct {
	At    time.Time `json:"at"`
	Suite string    `json:"suite"`
	// Machine is set by whoever looks at a merged session's.
	Machine string `json:"machine,omitempty"`
	record.Finding
}

// AllFindings are those of the session, and of all that were merged into it.
func (f File) AllFindings() []Finding {
	out := slices.Clone(f.Findings)
	for _, m := range f.Merged {
		for _, s := range m.Session.Findings {
			s.Machine = m.Machine
			out = append(out, s)
		}
	}
	return out
}

// SelfTest is what a session made of servers whose answers are known.
type SelfTest struct {
	Machine string // of a merged session
	Meter   []record.MeterReading
	Known   []record.KnownAnswer
}

// SelfTests are the session's: one, or one for each machine of a merged session.
func (f File) SelfTests() []SelfTest {
	if len(f.Merged) == 0 {
		return []SelfTest{{Meter: f.Meter, Known: f.Known}}
	}
	var out []SelfTest
	for _, m := range f.Merged {
		out = append(out, SelfTest{m.Machine, m.Session.Meter, m.Session.Known})
	}
	return out
}
