package machine

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"sync"
	"time"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/sensor"
	"github.com/chimeraforge/duet/internal/clock"
	"github.com/chimeraforge/duet/internal/procgroup"
)

// Periods between two lines of a GPU, and between two lists of processes: they
// change with loads and unloads only.
const (
	period        = 50 * time.Millisecond
	processPeriod = 500 * time.Millisecond
)

// smiSource reads NVIDIA GPUs through the program nvidia-smi, where NVML is not built
// in or not there: one that keeps printing a line per GPU until Close, and one that
// keeps listing the processes that hold memory.
//
// There is no energy counter, so energy is an integral of power, and a card's power
// may be its own average over a second. A line has a time stamp of its own, in wall
// clock time; it is put on the monotonic clock by the difference of the two at the
// line's arrival, so that a pipe that hands over several lines at once does not make
// them one moment.
type smiSource struct {
	info    sensor.Info
	dialect dialect
	places  map[string]int // of devices, by UUID
	lines   *stream
	owners  *stream
	batch   batch
}

var _ sensor.Source = (*smiSource)(nil)

// openSMI asks nvidia-smi what there is and lets it begin to print.
func openSMI(ctx context.Context) (sensor.Source, error) {
	path, err := exec.LookPath(smiName)
	if err != nil {
		return nil, errors.New("it is not on the PATH")
	}
	s := &smiSource{places: map[string]int{}}
	if err := s.describe(ctx, path); err != nil {
		return nil, err
	}
	if s.dialect, err = learn(ctx, path, sensors); err != nil {
		return nil, err
	}
	if s.lines, err = start(path, "--query-gpu="+s.dialect.query(), csv, "-lms", ms(period)); err != nil {
		return nil, err
	}
	if s.owners, err = start(path, "--query-compute-apps=timestamp,gpu_uuid,pid,used_memory", csv, "-lms", ms(processPeriod)); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

const csv = "--format=csv,noheader,nounits"

func ms(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

// describe reads what does not change.
func (s *smiSource) describe(ctx context.Context, path string) error {
	known, err := learn(ctx, path, identity)
	if err != nil {
		return err
	}
	s.info.Source = smiName
	for _, line := range known.answer {
		d := record.Device{Kind: record.DeviceGPU}
		f := known.split(line)
		d.UUID, d.Name = f["uuid"], f["name"]
		index, err := strconv.Atoi(f["index"])
		if err != nil || d.UUID == "" {
			return fmt.Errorf("it says of a GPU: %q", line)
		}
		d.Index, s.info.Driver = index, f["driver_version"]
		d.MemoryB = number(f["memory.total"], 1<<20)
		d.LimitMW = number(f["power.limit"], 1000)
		d.PCIeGen, d.PCIeWidth = number(f["pcie.link.gen.current"], 1), number(f["pcie.link.width.current"], 1)
		d.MIG = f["mig.mode.current"] == "Enabled"
		s.places[d.UUID] = len(s.info.Devices)
		s.info.Devices = append(s.info.Devices, d)
	}
	if len(s.info.Devices) == 0 {
		return errors.New("it sees no GPU")
	}
	return nil
}

// Info describes the GPUs as they were when Open asked.
func (s *smiSource) Info() sensor.Info { return s.info }

// Read returns what has been printed since the last call.
func (s *smiSource) Read(context.Context) ([]sensor.Sample, error) {
	var out []sensor.Sample
	lines, err := s.lines.take()
	errs := []error{err}
	for _, l := range lines {
		sample, err := s.dialect.sample(l, s.places)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		out = append(out, sample)
	}
	lines, err = s.owners.take()
	errs = append(errs, err)
	for _, l := range lines {
		done, err := s.batch.add(l, s.places)
		out, errs = append(out, done...), append(errs, err)
	}
	return out, errors.Join(errs...)
}

// Close ends both programs and waits until they are gone.
func (s *smiSource) Close() error {
	var errs []error
	for _, l := range []*stream{s.lines, s.owners} {
		if l != nil {
			errs = append(errs, l.close())
		}
	}
	return errors.Join(errs...)
}

// stream is a program that keeps printing. Its group ends with us, however we
// end.
type stream struct {
	group *procgroup.Group
	cmd   *exec.Cmd
	done  chan struct{}

	mu    sync.Mutex
	lines []line
	ended error // why there will be no more
}

// kept bounds the lines that nobody took: between runs nobody does.
const kept = 1 << 14

func start(path string, args ...string) (_ *stream, err error) {
	s := &stream{cmd: exec.Command(path, args...), done: make(chan struct{})}
	var stderr bytes.Buffer
	s.cmd.Stderr = &stderr
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if s.group, err = procgroup.New(); err != nil {
		return nil, err
	}
	if err := s.group.Start(s.cmd); err != nil {
		return nil, errors.Join(fmt.Errorf("start %s: %w", path, err), s.group.Kill())
	}
	go func() {
		defer close(s.done)
		s.read(out)
		err := s.cmd.Wait()
		s.mu.Lock()
		defer s.mu.Unlock()
		s.ended = fmt.Errorf("nvidia-smi has ended: %v %s", err, oneLine(stderr.String()))
	}()
	return s, nil
}

// read stamps lines as they come.
func (s *stream) read(out io.Reader) {
	r := bufio.NewReader(out)
	for {
		text, err := r.ReadString('\n')
		l := line{text: text, ns: clock.NS(), wall: time.Now()}
		if err != nil {
			return // half a line is none
		}
		if len(bytes.TrimSpace([]byte(text))) == 0 {
			continue
		}
		s.mu.Lock()
		if s.lines = append(s.lines, l); len(s.lines) > kept {
			s.lines = s.lines[len(s.lines)-kept/2:]
		}
		s.mu.Unlock()
	}
}

// take returns the lines since the last call. The error is for a program that
// will print no more.
func (s *stream) take() ([]line, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.lines
	s.lines = nil
	return out, s.ended
}

func (s *stream) close() error {
	err := s.group.Kill()
	<-s.done
	return err
}
