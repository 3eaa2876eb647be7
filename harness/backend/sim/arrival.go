package sim

import (
	"context"
	"net"
	"net/http"
	"sync/atomic"

	"github.com/chimeraforge/duet/internal/clock"
)

// stampingListener notes when bytes arrive on its connections. A request's time
// begins there: what net/http and decoding take is part of the time to first
// token that the GPU model promises, not on top of it.
type stampingListener struct{ net.Listener }

func (l stampingListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &stampedConn{Conn: c}, nil
}

type stampedConn struct {
	net.Conn
	arrived atomic.Int64 // clock.NS of the latest bytes
}

func (c *stampedConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if n > 0 {
		c.arrived.Store(clock.NS())
	}
	return n, err
}

// arrival is what the routes know of a request beside the request.
type arrival struct {
	ns    int64 // clock.NS when its headers arrived
	fault *Fault
}

type (
	arrivalKey struct{}
	connKey    struct{}
)

// withConn is http.Server.ConnContext.
func withConn(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, connKey{}, c)
}

// arriving notes a request's arrival, before its body is read. One that a fault
// delayed arrives now.
func arriving(r *http.Request, f *Fault) *http.Request {
	a := arrival{clock.NS(), f}
	if c, ok := r.Context().Value(connKey{}).(*stampedConn); ok && (f == nil || f.Kind != SlowHeaders) {
		a.ns = c.arrived.Load()
	}
	return r.WithContext(context.WithValue(r.Context(), arrivalKey{}, a))
}

func arrivalOf(r *http.Request) arrival {
	a, _ := r.Context().Value(arrivalKey{}).(arrival)
	return a
}
