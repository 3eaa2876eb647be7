package external

import (
	"bufio"
	"errors"
	"fmt"
	"io"
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
