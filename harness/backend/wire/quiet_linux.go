//go:build linux && !race

package wire

import (
	"io"
	"net"
	"syscall"
	"unsafe"
)

// quiet makes reads of a TCP connection cheap where packets are few: the Go
// runtime wakes its monitor thread whenever a goroutine enters a system call
// after an idle while, and at a token every few milliseconds that is every read,
// at a third of the client's processor time. Reading from a socket that does not
// block needs no monitor, so the call is made without telling the scheduler.
// Everything else is net's: the poller wakes the goroutine when there is
// something to read.
//
// The race detector learns from net's own reads what happened before what in a
// server of the same process, so it has those.
func quiet(c net.Conn) net.Conn {
	t, ok := c.(*net.TCPConn)
	if !ok {
		return c
	}
	raw, err := t.SyscallConn()
	if err != nil {
		return c
	}
	q := &quietConn{TCPConn: t, raw: raw}
	q.try = q.attempt // once, or every read would allocate it
	return q
}

// quietConn is for one reader at a time, as an HTTP transport is.
type quietConn struct {
	*net.TCPConn
	raw syscall.RawConn
	try func(fd uintptr) bool

	into []byte
	n    int
	err  error
}

// Read is net.Conn's.
func (q *quietConn) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	q.into, q.n, q.err = p, 0, nil
	err := q.raw.Read(q.try)
	q.into = nil
	if err != nil {
		return 0, err // a deadline, or a connection that was closed meanwhile
	}
	return q.n, q.err
}

// attempt reports whether the read came to an end: there may be nothing yet.
func (q *quietConn) attempt(fd uintptr) bool {
	for {
		n, _, errno := syscall.RawSyscall(syscall.SYS_READ, fd, uintptr(unsafe.Pointer(&q.into[0])), uintptr(len(q.into)))
		switch {
		case errno == syscall.EINTR:
			continue
		case errno == syscall.EAGAIN:
			return false
		case errno != 0:
			q.err = &net.OpError{Op: "read", Net: "tcp", Source: q.LocalAddr(), Addr: q.RemoteAddr(), Err: errno}
		case n == 0:
			q.err = io.EOF
		default:
			q.n = int(n)
		}
		return true
	}
}
