package driver

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"github.com/chimeraforge/duet/harness/record"
)

// maxLine bounds a line: a result with every chunk of a thousand streams is some
// tens of megabytes, and a program that never ends a line must not fill memory.
const maxLine = 256 << 20

// lines are what a program writes, line by line. The channel is closed at the
// end; err is why, once it is closed.
type lines struct {
	next chan []byte
	err  error
	stop chan struct{}
}

func readLines(r io.Reader) *lines {
	l := &lines{next: make(chan []byte), stop: make(chan struct{})}
	go l.read(bufio.NewReaderSize(r, 64<<10))
	return l
}

func (l *lines) read(r *bufio.Reader) {
	defer close(l.next)
	for {
		line, err := readLine(r)
		if err != nil {
			l.err = err
			return
		}
		select {
		case l.next <- line:
		case <-l.stop:
			return
		}
	}
}

// drain lets the reader end; its input has been closed.
func (l *lines) drain() {
	close(l.stop)
	for range l.next {
	}
}

// readLine reads a line without its end. What is not ended is no line.
func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case err == nil:
			return line[:len(line)-1], nil
		case len(line) > maxLine:
			return nil, fmt.Errorf("a line of more than %d bytes", maxLine)
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF) && len(line) > 0:
			return nil, fmt.Errorf("the output ends within a line: %.80q", line)
		default:
			return nil, err
		}
	}
}

// check refuses a result that cannot be true, so that no table is made of it.
// It was asked for and arrived between two readings of our own clock.
func check(req Request, res Result, asked, arrived int64) error {
	switch {
	case res.GunNS < asked || res.GunNS > arrived:
		return fmt.Errorf("the gun at %d ns does not lie between request and result, %d to %d ns: another clock than CLOCK_MONOTONIC", res.GunNS, asked, arrived)
	case res.EndNS < res.GunNS || res.EndNS > arrived:
		return fmt.Errorf("the end at %d ns does not lie between the gun and the result, %d to %d ns", res.EndNS, res.GunNS, arrived)
	case res.Client.CPUNS < 0 || res.Client.PeakRSS < 0:
		return fmt.Errorf("cpu_ns %d, peak_rss_b %d", res.Client.CPUNS, res.Client.PeakRSS)
	}
	calls := res.Calls
	for _, a := range req.Agents {
		n, err := agentCalls(a, calls, res)
		if err != nil {
			return err
		}
		calls = calls[n:]
	}
	if len(calls) > 0 {
		return fmt.Errorf("call %d of %q, which nobody asked for", calls[0].Index, calls[0].Agent)
	}
	return nil
}

// agentCalls checks the calls of an agent, which come first, and counts them.
func agentCalls(a Agent, calls []record.Call, res Result) (int, error) {
	n := 0
	for n < len(calls) && calls[n].Agent == a.ID {
		c := &calls[n]
		if c.Index != n || n >= len(a.Calls) {
			return 0, fmt.Errorf("call %d of %s where call %d of %d belongs", c.Index, a.ID, n, len(a.Calls))
		}
		if err := stamps(c, res); err != nil {
			return 0, fmt.Errorf("call %d of %s: %w", n, a.ID, err)
		}
		n++
		if c.Error != "" {
			return n, nil
		}
	}
	if n < len(a.Calls) {
		return 0, fmt.Errorf("%d of %d calls of %s, and none failed", n, len(a.Calls), a.ID)
	}
	return n, nil
}

// stamps checks that what happened happened in order, and that a call without
// an error has all that makes one.
func stamps(c *record.Call, res Result) error {
	last, name := res.GunNS, "the gun"
	for _, s := range []struct {
		name string
		at   *int64
	}{
		{"request_ns", &c.RequestNS}, {"headers_ns", c.HeadersNS}, {"first_ns", c.FirstNS},
		{"last_token_ns", c.LastTokenNS}, {"done_ns", c.DoneNS}, {"end_ns", &c.EndNS},
	} {
		switch {
		case s.at == nil && c.Error == "":
			return fmt.Errorf("no %s and no error", s.name)
		case s.at == nil:
			continue
		case *s.at < last:
			return fmt.Errorf("%s lies before %s", s.name, name)
		}
		last, name = *s.at, s.name
	}
	switch {
	case last > res.EndNS:
		return fmt.Errorf("end_ns lies after the pass's")
	case c.Error == "" && (c.Chunks < 1 || c.Server == nil):
		return fmt.Errorf("%d chunks, server timings %v, and no error", c.Chunks, c.Server != nil)
	case len(c.DeltasNS) > 0 && len(c.DeltasNS) != c.Chunks:
		return fmt.Errorf("%d arrivals of %d chunks", len(c.DeltasNS), c.Chunks)
	}
	return nil
}
