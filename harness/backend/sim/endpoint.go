package sim

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/chimeraforge/duet/internal/clock"
)

// endpoint is one server.
type endpoint struct {
	id    string
	index int // from 0
	url   string
	sim   *Servers
	http  *http.Server
	conns sync.WaitGroup // connections and Serve loops
	stop  context.CancelFunc
	slot  chan struct{} // holds one value while a request is served: Ollama's queue

	mu       sync.Mutex
	listener net.Listener // nil while refusing
	closed   bool
	requests int // to inferencePaths
	memory   memory
}

func startEndpoint(s *Servers, id string) (*endpoint, error) {
	ctx, stop := context.WithCancel(context.Background())
	e := &endpoint{id: id, index: len(s.endpoints), sim: s, stop: stop, slot: make(chan struct{}, 1)}
	e.http = &http.Server{
		Handler:     e.routes(),
		BaseContext: func(net.Listener) context.Context { return ctx },
		ConnState:   e.track,
		ConnContext: withConn,
		ErrorLog:    log.New(io.Discard, "", 0), // a stray line on stderr destroys a benchmark's
	}
	if err := e.listen(); err != nil {
		stop()
		return nil, err
	}
	e.url = "http://" + e.listener.Addr().String()
	return e, nil
}

// listen opens the port unless it is open.
func (e *endpoint) listen() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.listener != nil || e.closed {
		return nil
	}
	l, err := e.open()
	if err != nil {
		return fmt.Errorf("listen for %s: %w", e.id, err)
	}
	e.listener = l
	e.http.SetKeepAlivesEnabled(true)
	e.conns.Go(func() { _ = e.http.Serve(stampingListener{l}) })
	return nil
}

// open asks the configuration for a listener. One of our own comes back on the
// port it had.
func (e *endpoint) open() (net.Listener, error) {
	if e.sim.cfg.Listen != nil {
		return e.sim.cfg.Listen(e.id)
	}
	addr := "127.0.0.1:0"
	if e.url != "" {
		addr = e.url[len("http://"):]
	}
	return net.Listen("tcp", addr)
}

// refuse closes the port and the idle connections; requests in flight end as
// they would have.
func (e *endpoint) refuse() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.listener == nil {
		return
	}
	_ = e.listener.Close()
	e.listener = nil
	e.http.SetKeepAlivesEnabled(false)
}

// track counts connections, so that close can wait for the last.
func (e *endpoint) track(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		e.conns.Add(1)
	case http.StateClosed, http.StateHijacked:
		e.conns.Done()
	}
}

func (e *endpoint) close(ctx context.Context) error {
	e.mu.Lock()
	e.closed = true
	e.mu.Unlock()
	e.stop()
	err := e.http.Close()
	if errors.Is(err, net.ErrClosed) { // the port was refusing
		err = nil
	}
	gone := make(chan struct{})
	go func() { e.conns.Wait(); close(gone) }()
	select {
	case <-gone:
		return err
	case <-ctx.Done():
		return fmt.Errorf("close %s: %w", e.id, ctx.Err())
	}
}

// routes is Ollama's API, behind the check of the Host header and the faults.
func (e *endpoint) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", e.root)
	mux.HandleFunc("GET /api/version", e.version)
	mux.HandleFunc("GET /api/status", e.status)
	mux.HandleFunc("GET /api/tags", e.tags)
	mux.HandleFunc("GET /api/ps", e.ps)
	mux.HandleFunc("POST /api/show", e.show)
	mux.HandleFunc("POST /api/create", e.create)
	mux.HandleFunc("POST /api/pull", e.pull)
	mux.HandleFunc("DELETE /api/delete", e.delete)
	mux.HandleFunc("HEAD /api/blobs/{digest}", e.headBlob)
	mux.HandleFunc("POST /api/blobs/{digest}", e.createBlob)
	mux.HandleFunc("POST /api/generate", e.generate)
	mux.HandleFunc("POST /api/chat", e.chat)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !e.allowedHost(r.Host) {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		fault, refuse := e.sim.faults.meet(e.id, r.URL.Path)
		if refuse {
			e.refuse()
		}
		if e.failed(w, r, fault) {
			return
		}
		mux.ServeHTTP(w, arriving(r, fault))
	})
}

// failed answers the faults that any request can meet, and reports whether that
// was all.
func (e *endpoint) failed(w http.ResponseWriter, r *http.Request, f *Fault) bool {
	if f == nil {
		return false
	}
	switch f.Kind {
	case NotFound:
		writeError(w, http.StatusNotFound, "model '"+FaultMessage+"' not found")
		return true
	case ServerError:
		writeError(w, http.StatusInternalServerError, FaultMessage)
		return true
	case NoMemory:
		writeError(w, http.StatusInternalServerError, NoMemoryText)
		return true
	case NoVRAM:
		writeError(w, http.StatusInternalServerError, NoVRAMText)
		return true
	case SlowHeaders:
		if clock.Sleep(r.Context(), cmp.Or(f.Delay, DefaultFaultDelay)) != nil {
			panic(http.ErrAbortHandler)
		}
	}
	return false
}

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

// allowedHost is Ollama's guard against web pages that reach for the loopback
// interface through a name of their own: on a loopback address only loopback
// and local names are served.
func (e *endpoint) allowedHost(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = hostport
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.IsLoopback() || ip.IsPrivate() || ip.IsUnspecified()
	}
	host = strings.ToLower(host)
	if host == "" || host == "localhost" {
		return true
	}
	if name, err := os.Hostname(); err == nil && host == strings.ToLower(name) {
		return true
	}
	for _, tld := range []string{".localhost", ".local", ".internal"} {
		if strings.HasSuffix(host, tld) {
			return true
		}
	}
	return false
}
