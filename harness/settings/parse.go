package settings

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/docker/go-units"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/driver"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
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

// fraction reads 0, or a number that is neither tiny nor beyond hi.
func fraction(name string, hi float64, field func(*Settings) *float64) func(*Settings, string) error {
	return func(s *Settings, v string) error {
		f, err := strconv.ParseFloat(v, 64)
		if err != nil || !(f == 0 || f >= 0.01 && f <= hi) {
			return fmt.Errorf("%s must be 0 or a number from 0.01 to %v", name, hi)
		}
		*field(s) = f
		return nil
	}
}

func text(field func(*Settings) *string) func(*Settings, string) error {
	return func(s *Settings, v string) error {
		*field(s) = v
		return nil
	}
}

func oneOf(name string, field func(*Settings) *string, allowed ...string) func(*Settings, string) error {
	said := "one of: " + strings.Join(allowed, ", ")
	if len(allowed) == 2 {
		said = strings.Join(allowed, " or ")
	}
	return func(s *Settings, v string) error {
		if !slices.Contains(allowed, v) {
			return fmt.Errorf("%s must be %s", name, said)
		}
		*field(s) = v
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

func endpoints(s *Settings, v string) error {
	s.Endpoints = nil
	for _, text := range list(v) {
		url, err := backend.Address(text)
		if err != nil {
			return err
		}
		s.Endpoints = append(s.Endpoints, url)
	}
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

// Price is an amount of money for one unit of something; the zero Price is none.
type Price struct {
	Amount   float64
	Currency string // three letters, upper case
}

// priced is a price as users write it: 0.30EUR, or "0.30 EUR".
var priced = regexp.MustCompile(`^([0-9]*\.?[0-9]+) ?([A-Za-z]{3})$`)

// price reads a Price. The currency is a word that stands beside the figures and
// nothing else, but without one a figure could be taken for any money.
func price(name string, field func(*Settings) *Price) func(*Settings, string) error {
	return func(s *Settings, v string) error {
		if v == "" {
			return nil
		}
		m := priced.FindStringSubmatch(strings.TrimSpace(v))
		if m == nil {
			return fmt.Errorf("%s must be an amount and a currency, such as 0.30EUR", name)
		}
		amount, err := strconv.ParseFloat(m[1], 64)
		if err != nil || !(amount > 0) || math.IsInf(amount, 0) {
			return fmt.Errorf("%s must be above 0", name)
		}
		*field(s) = Price{amount, strings.ToUpper(m[2])}
		return nil
	}
}

// Prices are the prices given, nil without any.
func (s *Settings) Prices() *record.Prices {
	if s.KWh.Currency == "" && s.GPUHour.Currency == "" {
		return nil
	}
	p := &record.Prices{Currency: max(s.KWh.Currency, s.GPUHour.Currency)}
	if s.KWh.Currency != "" {
		p.KWh = &s.KWh.Amount
	}
	if s.GPUHour.Currency != "" {
		p.GPUHour = &s.GPUHour.Amount
	}
	return p
}

// imageName is loose: the engine knows better. It keeps a name on its line and
// out of the flags of a command.
var imageName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,299}$`)

func image(s *Settings, v string) error {
	if v != "" && !imageName.MatchString(v) {
		return errors.New("image must be a name such as ollama/ollama:0.17.4")
	}
	s.Image = v
	return nil
}

// leastMemory is what no Ollama with a model does without.
const leastMemory = 64 << 20

func memory(s *Settings, v string) error {
	n, err := units.RAMInBytes(v)
	if err != nil || n != 0 && n < leastMemory {
		return errors.New("memory must be 0 or a size from 64m, such as 512m or 6g")
	}
	s.MemoryB = n
	return nil
}

// container lists the settings given that only containers have.
func (s *Settings) container() (given []string) {
	flags := []string{"image", "gpus", "cpus", "memory", "keep"}
	for i, is := range []bool{s.Image != "", s.GPUs != Auto, s.CPUs != 0, s.MemoryB != 0, s.Keep} {
		if is {
			given = append(given, "-duet."+flags[i])
		}
	}
	return given
}

// Contained reports whether a setting asks for containers without saying so.
func (s *Settings) Contained() bool { return len(s.container()) > 0 }

// checkContainers refuses limits that nobody would keep.
func (s *Settings) checkContainers() error {
	if given := s.container(); len(given) > 0 && s.Servers != Container && s.Servers != Auto {
		return fmt.Errorf("%s: only containers have that; leave it out, or use -duet.servers=container", strings.Join(given, ", "))
	}
	return nil
}
