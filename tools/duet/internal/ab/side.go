package ab

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/compare"
	"github.com/chimeraforge/duet/harness/settings"
	"github.com/chimeraforge/duet/tools/duet/internal/suites"
)

// side is one of the two sides.
type side struct {
	which    compare.Arm
	rev      revision
	settings settings.Settings
	flags    []string // of its suites, but for those of one partial session
	program  string   // digest of its -duet.ollama, "" where none is named
	bin      string   // folder of its suites' test binaries, once they are built
	dir      string   // its session
	known    bool     // a partial session has said what it measures
}

func (s *side) String() string { return s.which.String() }

// ours are settings that a comparison gives itself, and what a user says instead.
var ours = map[string]string{
	"session":    "the sides are named after their revisions",
	"only-round": "the order of the rounds is what this command is for",
	"gate":       "say -gate",
	"baseline":   "the old side is the new one's",
	"keep":       "servers start anew for every round, so that neither side inherits the other's",
}

// load reads the settings of a side as its suites will, so that what is wrong is
// said before anything is built.
func (s *side) load(args []string) error {
	all, set, wrong := suites.Settings(args, environment)
	var err error
	set.Visit(func(f *flag.Flag) {
		if why := ours[strings.TrimPrefix(f.Name, "duet.")]; why != "" && err == nil {
			err = fmt.Errorf("-%s: %s", f.Name, why)
		}
		if f.Name == "duet.rerun" && f.Value.String() != "false" && err == nil {
			err = fmt.Errorf("-duet.rerun=%s: a cell run once more lies beside no run of the other side", f.Value)
		}
	})
	if err = cmp.Or(err, wrong); err != nil {
		return err
	}
	all.Rerun = false
	s.settings = all
	s.flags = append(args, "-duet.rerun=false", "-duet.gate=", "-duet.baseline=", "-duet.keep=false")
	return s.findProgram()
}

// environment is what a side's settings may be in; what a comparison gives itself
// is not looked up.
func environment(name string) (string, bool) {
	field := strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(name, "DUET_"), "_", "-"))
	if ours[field] != "" || field == "rerun" {
		return "", false
	}
	return os.LookupEnv(name)
}

// findProgram takes the digest of the server that is named: two builds may say the
// same version.
func (s *side) findProgram() error {
	if s.settings.Ollama == "" {
		return nil
	}
	path, err := exec.LookPath(s.settings.Ollama)
	if err == nil {
		path, err = filepath.Abs(path)
	}
	if err == nil {
		s.program, err = digest(path)
	}
	if err != nil {
		return fmt.Errorf("-duet.ollama: %w", err)
	}
	s.settings.Ollama = path
	s.flags = append(s.flags, "-duet.ollama="+path)
	return nil
}

func digest(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	sum := sha256.New()
	_, err = io.Copy(sum, f)
	return hex.EncodeToString(sum.Sum(nil)[:6]), err
}

// serve sees to it that a server that is named is the one that is measured: what
// happens to answer on this machine must not be taken in its place.
func serve(sides []*side, tags string) error {
	if !slices.ContainsFunc(sides, func(s *side) bool { return s.program != "" }) {
		return nil
	}
	for _, s := range sides {
		switch {
		case s.settings.Servers == settings.Auto && tags == "":
			return fmt.Errorf("-duet.ollama: without TAGS=ollama the %s side's servers are simulated", s)
		case s.settings.Servers != settings.Auto && s.settings.Servers != settings.Process, len(s.settings.Endpoints) > 0, s.settings.Contained():
			return fmt.Errorf("-duet.ollama: the %s side's servers are others by its settings, so that program would not be measured", s)
		}
		s.settings.Servers = settings.Process
		s.flags = append(s.flags, "-duet.servers="+settings.Process)
	}
	return nil
}
