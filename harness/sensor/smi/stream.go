package smi

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"sync"
	"time"

	"github.com/chimeraforge/duet/internal/clock"
	"github.com/chimeraforge/duet/internal/procgroup"
)

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
