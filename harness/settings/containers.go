package settings

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/docker/go-units"
)

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

func gpus(s *Settings, v string) error {
	allowed := []string{Auto, GPUsNone, GPUsShared, GPUsSeparate}
	if !slices.Contains(allowed, v) {
		return errors.New("gpus must be one of: " + strings.Join(allowed, ", "))
	}
	s.GPUs = v
	return nil
}

func cpus(s *Settings, v string) error {
	f, err := strconv.ParseFloat(v, 64)
	if err != nil || !(f == 0 || f >= 0.01 && f <= 1024) {
		return errors.New("cpus must be 0 or a number from 0.01 to 1024")
	}
	s.CPUs = f
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
func (s *Settings) container() []string {
	var out []string
	for _, f := range []struct {
		given bool
		flag  string
	}{
		{s.Image != "", "image"}, {s.GPUs != Auto, "gpus"}, {s.CPUs != 0, "cpus"}, {s.MemoryB != 0, "memory"}, {s.Keep, "keep"},
	} {
		if f.given {
			out = append(out, "-duet."+f.flag)
		}
	}
	return out
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
