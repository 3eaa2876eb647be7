package virtual

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"syscall"
)

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
