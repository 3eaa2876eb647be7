package settings

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/chimeraforge/duet/harness/driver"
	"github.com/chimeraforge/duet/harness/plan"
)

func list(v string) []string {
	if strings.TrimSpace(v) == "" {
		return nil
	}
	parts := strings.Split(v, ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}

func models(s *Settings, v string) (err error) {
	s.Models, err = plan.Models(list(v))
	return err
}

func runtimes(s *Settings, v string) error {
	if s.Runtimes = list(v); slices.Equal(s.Runtimes, []string{"all"}) {
		s.Runtimes = driver.Names()
	}
	return plan.CheckRuntimes(s.Runtimes, driver.Names())
}

func scenarios(s *Settings, v string) error {
	s.Scenarios = list(v)
	return plan.CheckScenarios(s.Scenarios)
}

func intIn(name string, lo, hi int, field func(*Settings) *int) func(*Settings, string) error {
	return func(s *Settings, v string) error {
		n, err := strconv.Atoi(v)
		if err != nil || n < lo || n > hi {
			return fmt.Errorf("%s must be a whole number from %d to %d", name, lo, hi)
		}
		*field(s) = n
		return nil
	}
}

func boolean(name string, field func(*Settings) *bool) func(*Settings, string) error {
	return func(s *Settings, v string) error {
		b, err := strconv.ParseBool(v)
		if err != nil {
			return fmt.Errorf("%s must be true or false", name)
		}
		*field(s) = b
		return nil
	}
}

func seed(s *Settings, v string) error {
	n, err := strconv.ParseUint(v, 10, 63)
	if err != nil {
		return errors.New("seed must be a whole number from 0 to 2^63-1")
	}
	s.Seed = n
	return nil
}

func results(s *Settings, v string) error {
	if v == "" {
		return errors.New("results must be a folder")
	}
	s.Results = filepath.Clean(v)
	return nil
}

// sessionName keeps a session a single folder below the results folder.
var sessionName = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$`)

// CheckSession refuses a name that a session cannot have.
func CheckSession(name string) error {
	if !sessionName.MatchString(name) {
		return errors.New("session must be letters, digits, '.', '_' and '-', at most 100, not starting with '.' or '-'")
	}
	return nil
}

func session(s *Settings, v string) error {
	s.Session = v
	if v == "" {
		return nil
	}
	return CheckSession(v)
}

func shard(s *Settings, v string) (err error) {
	s.Shard, err = plan.ParseShard(v)
	return err
}

func topology(s *Settings, v string) error {
	s.Topology = list(v)
	return plan.CheckTopologies(s.Topology)
}

func servers(s *Settings, v string) error {
	allowed := []string{Auto, Sim, Reuse, Process, Container}
	if !slices.Contains(allowed, v) {
		return errors.New("servers must be one of: " + strings.Join(allowed, ", "))
	}
	s.Servers = v
	return nil
}

func endpoints(s *Settings, v string) error {
	parts := list(v)
	if len(parts) == 0 {
		return nil
	}
	if len(parts) != 2 {
		return fmt.Errorf("endpoints must be two addresses, collector first, not %d", len(parts))
	}
	for i, p := range parts {
		if !strings.Contains(p, "://") {
			p = "http://" + p
		}
		u, err := url.Parse(p)
		if err != nil || u.Scheme != "http" || u.Host == "" || strings.Trim(u.Path, "/") != "" {
			return fmt.Errorf("endpoints must be two http addresses such as http://127.0.0.1:11434")
		}
		parts[i] = "http://" + u.Host
	}
	s.Endpoints = parts
	return nil
}

func timeout(s *Settings, v string) error {
	d, err := time.ParseDuration(v)
	if err != nil || d < time.Millisecond || d > 24*time.Hour {
		return errors.New("timeout must be a duration from 1ms to 24h, such as 90s")
	}
	s.Timeout = d
	return nil
}

func timescale(s *Settings, v string) error {
	f, err := strconv.ParseFloat(v, 64)
	if err != nil || !(f == 0 || f >= 0.01 && f <= 1000) {
		return errors.New("timescale must be 0 or a number from 0.01 to 1000")
	}
	s.Timescale = f
	return nil
}

func progress(s *Settings, v string) error {
	if v != ProgressAuto && v != ProgressLog {
		return errors.New("progress must be auto or log")
	}
	s.Progress = v
	return nil
}
