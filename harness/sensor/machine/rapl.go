package machine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/sensor"
	"github.com/chimeraforge/duet/internal/clock"
)

// raplDir is where the kernel shows power zones.
const raplDir = "/sys/class/powercap"

// raplSource reads the energy counters of CPU sockets that Linux shows: Intel's
// running average power limit, which AMD's processors have under the same name.
//
// A socket's counter is of the package: cores, caches, memory controller, and a
// built-in GPU; not of memory modules, fans or disks. "psys" (the platform) contains
// the packages and is left out, as are the zones below a package and the copy of it
// that is read through memory (intel-rapl-mmio), so that nothing counts twice.
//
// Since 2020 only root may read the counters, because they tell too much of what
// others compute. Whoever wants them opened does so. Counters start again from 0 when
// they are full, which takes minutes to hours; they must be read more often than that.
type raplSource struct {
	sockets []socket
	info    sensor.Info
}

// socket is one package's counter.
type socket struct {
	path  string // of energy_uj
	full  int64  // the counter starts again after this
	seen  bool
	last  int64
	total int64 // microjoules since the first reading
}

var _ sensor.Source = (*raplSource)(nil)

// openRAPL finds the sockets whose counters can be read.
func openRAPL(context.Context) (sensor.Source, error) { return openZones(raplDir) }

// zone is the name of a socket's folder.
var zone = regexp.MustCompile(`^intel-rapl:[0-9]+$`)

func openZones(dir string) (*raplSource, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s is not there", dir)
	}
	if err != nil {
		return nil, err
	}
	s := &raplSource{info: sensor.Info{Source: raplName}}
	for _, e := range entries {
		if zone.MatchString(e.Name()) {
			if err := s.add(filepath.Join(dir, e.Name())); err != nil {
				return nil, err
			}
		}
	}
	if len(s.sockets) == 0 {
		return nil, fmt.Errorf("no CPU socket in %s", dir)
	}
	return s, nil
}

// add takes a zone in if it is a socket.
func (s *raplSource) add(dir string) error {
	name, err := os.ReadFile(filepath.Join(dir, "name"))
	if err != nil {
		return err
	}
	number, ok := strings.CutPrefix(strings.TrimSpace(string(name)), "package-")
	if !ok {
		return nil
	}
	index, err := strconv.Atoi(number)
	if err != nil {
		return fmt.Errorf("%s is named %q", dir, name)
	}
	full, err := readNumber(filepath.Join(dir, "max_energy_range_uj"))
	if err != nil {
		return err
	}
	k := socket{path: filepath.Join(dir, "energy_uj"), full: full}
	if _, err := readNumber(k.path); err != nil {
		return err
	}
	s.sockets = append(s.sockets, k)
	s.info.Devices = append(s.info.Devices, record.Device{Kind: record.DeviceCPU, Index: index, Name: "CPU socket " + number})
	return nil
}

// readNumber is a file with one number.
func readNumber(path string) (int64, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, explain(path, err)
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%s says %q", path, strings.TrimSpace(string(text)))
	}
	return n, nil
}

// explain says what to do about a file that may not be read.
func explain(path string, err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("%s may be read by root only; `sudo chmod a+r %s` opens it until the next start", path, path)
	}
	return err
}

// Info describes the sockets.
func (s *raplSource) Info() sensor.Info { return s.info }

// Read returns one sample per socket. Sockets have no power of their own to
// read: it is the growth of their energy.
func (s *raplSource) Read(context.Context) ([]sensor.Sample, error) {
	var out []sensor.Sample
	var errs []error
	for i := range s.sockets {
		before := clock.NS()
		uj, err := readNumber(s.sockets[i].path)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		at := before + (clock.NS()-before)/2
		total := s.sockets[i].count(uj)
		out = append(out, sensor.Sample{NS: at, Device: i, EnergyUJ: &total})
	}
	return out, errors.Join(errs...)
}

// count adds what the counter grew by, over its start from 0 if it is behind its
// last reading.
func (k *socket) count(uj int64) int64 {
	if k.seen {
		grown := uj - k.last
		if grown < 0 {
			grown += k.full
		}
		k.total += grown
	}
	k.seen, k.last = true, uj
	return k.total
}

// Close has nothing to let go of.
func (s *raplSource) Close() error { return nil }
