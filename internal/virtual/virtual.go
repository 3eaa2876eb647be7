// Package virtual runs a function in virtual time: sleeping takes none, and
// what happens happens at exactly its time.
//
// It is package testing/synctest, made available to benchmarks. The simulator's
// whole matrix runs in it: a simulated minute costs the processor time of its
// HTTP traffic, the numbers are the same on every machine however busy, and the
// meter is the one that measures real servers.
//
// synctest wants a *testing.T. Benchmarks have none, and TestMain neither, so
// one is made with testing.RunTests, which is exported for "go test" itself and
// covered by the Go 1 promise.
package virtual

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
)

// ErrFailed is returned when the bubble ended abnormally, by t.FailNow say.
var ErrFailed = errors.New("virtual time: ended abnormally")

// Run calls f in a bubble of its own and returns its error. Inside, the clock
// starts at midnight UTC of 2000-01-01 and advances when every goroutine of the
// bubble waits.
//
// Nothing inside may wait for something outside: no network but net.Pipe, no
// context from outside (it would never let time pass), no goroutine left at the
// end.
func Run(f func() error) (err error) {
	err = ErrFailed
	defer plain()()
	done := false // -test.count and -test.cpu are of the benchmark, and would repeat f
	all := func(_, _ string) (bool, error) { return true, nil }
	testing.RunTests(all, []testing.InternalTest{{
		Name: "virtual",
		F: func(t *testing.T) {
			if done {
				return
			}
			done = true
			synctest.Test(t, func(*testing.T) {
				defer func() {
					if p := recover(); p != nil {
						err = fmt.Errorf("virtual time: panic: %v", p)
					}
				}()
				err = f()
			})
		},
	}})
	return err
}

// plain sets the flags aside that are meant for the benchmark and not for the
// made-up test, until the function it returns is called: -test.v would print its
// name into the benchmark's line, -test.skip could leave it out.
func plain() func() {
	old := map[*flag.Flag]string{}
	for name, value := range map[string]string{"test.v": "false", "test.skip": ""} {
		if f := flag.Lookup(name); f != nil {
			old[f] = f.Value.String()
			_ = f.Value.Set(value)
		}
	}
	return func() {
		for f, value := range old {
			_ = f.Value.Set(value)
		}
	}
}

// Network is a network in memory: listeners that find each other by name, and
// connections made of net.Pipe. A bubble of testing/synctest sees through them,
// which it cannot through sockets, so a client that is measured inside finds exact
// times:
//
//	synctest.Test(t, func(t *testing.T) {
//		net := virtual.NewNetwork()
//		servers, err := sim.Start(ctx, sim.Config{Listen: net.Listen, VirtualTime: true})
//		client := &http.Client{Transport: net.Transport()}
//		…
//	})
//
// A pipe has no buffer: a write returns when the other side has read. Create a
// network with NewNetwork, inside the bubble that is going to use it.
type Network struct {
	mu        sync.Mutex
	listeners map[string]*listener
}

// New returns a network without listeners.
func NewNetwork() *Network { return &Network{listeners: map[string]*listener{}} }

// Listen opens a listener under an id, as sim.Config.Listen wants it. Its
// address is ID.localhost:80.
func (n *Network) Listen(id string) (net.Listener, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	addr := address(id + ".localhost:80")
	if n.listeners[string(addr)] != nil {
		return nil, fmt.Errorf("listen %s: %w", addr, syscall.EADDRINUSE)
	}
	l := &listener{network: n, addr: addr, incoming: make(chan net.Conn), done: make(chan struct{})}
	n.listeners[string(addr)] = l
	return l, nil
}

// Dial connects to a listener. The network argument is ignored.
func (n *Network) Dial(ctx context.Context, _, addr string) (net.Conn, error) {
	n.mu.Lock()
	l := n.listeners[addr]
	n.mu.Unlock()
	if l == nil {
		return nil, refused(addr)
	}
	here, there := net.Pipe()
	select {
	case l.incoming <- there:
		return here, nil
	case <-l.done:
		return nil, refused(addr)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Transport is an HTTP transport over the network.
func (n *Network) Transport() *http.Transport {
	return &http.Transport{DialContext: n.Dial, DisableCompression: true}
}

func refused(addr string) error {
	return &net.OpError{Op: "dial", Net: "pipe", Addr: address(addr), Err: syscall.ECONNREFUSED}
}

type listener struct {
	network  *Network
	addr     address
	incoming chan net.Conn
	once     sync.Once
	done     chan struct{}
}

func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.incoming:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *listener) Close() error {
	l.once.Do(func() {
		l.network.mu.Lock()
		delete(l.network.listeners, string(l.addr))
		l.network.mu.Unlock()
		close(l.done)
	})
	return nil
}

func (l *listener) Addr() net.Addr { return l.addr }

// address is a name and a port that lead nowhere but to this network.
type address string

func (address) Network() string  { return "pipe" }
func (a address) String() string { return string(a) }
