// Package wire is the measuring client: one request to Ollama's /api/generate,
// its NDJSON stream, and a time stamp for every chunk taken before the chunk is
// decoded.
//
// It is our own because the stamps are what the project exists for: the official
// Go client decodes each line twice before the caller sees it and allocates
// 8 MiB per stream. The two are held to each other by a contract test.
//
// # What is stamped
//
// A stamp is taken when a read from the connection returns. All lines that
// arrive in one read carry the same stamp, because the client cannot know more:
// tokens that came in one packet came at one time.
package wire

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/internal/clock"
)

// MaxLine is the longest line of a stream that is read, what Ollama's own client
// takes too. Lines are a few hundred bytes, and the final one some bytes for each
// token of the context; a longer one is a server gone wrong, and the call fails.
const MaxLine = 8 << 20

// Config makes a Client.
type Config struct {
	Base string // base URL, no trailing slash
	// Silence is how long the server may say nothing, before and between chunks.
	// 0 means for ever.
	Silence time.Duration
	// Dial replaces the network, for tests. nil means TCP.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
}

// Client talks to one server over one kept-alive connection. It is for one
// goroutine: an agent.
type Client struct {
	base    string
	silence time.Duration
	http    *http.Client
	buf     []byte
	stream  stream
}

// New returns a client that has not connected yet.
func New(cfg Config) *Client {
	dial := cfg.Dial
	if dial == nil {
		dial = dialQuiet
	}
	return &Client{
		base: cfg.Base, silence: cfg.Silence,
		buf: make([]byte, 64<<10),
		http: &http.Client{CheckRedirect: FollowNone, Transport: &http.Transport{
			DialContext:        dial, // no proxy: servers are on loopback
			MaxConnsPerHost:    1,
			DisableCompression: true,
			IdleConnTimeout:    10 * time.Minute,
		}},
	}
}

func dialQuiet(ctx context.Context, network, addr string) (net.Conn, error) {
	c, err := (&net.Dialer{Timeout: 10 * time.Second}).DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	return quiet(c), nil
}

// Close drops the connection.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Warm opens the connection with a request that costs the server nothing, so
// that the first measured call does not pay for the handshake.
func (c *Client) Warm(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+"/api/version", nil)
	if err != nil {
		return err
	}
	res, err := c.http.Do(req)
	if err != nil {
		return fmt.Errorf("open connection: %w", err)
	}
	defer res.Body.Close()
	if err := Refused(res); err != nil {
		return fmt.Errorf("open connection: %s/api/version: %w", c.base, err)
	}
	if _, err := io.Copy(io.Discard, io.LimitReader(res.Body, MaxLine)); err != nil {
		return fmt.Errorf("open connection: %w", err)
	}
	return nil
}

// Request is one generation.
type Request struct {
	Model     string         `json:"model"`
	Prompt    string         `json:"prompt"`
	Stream    bool           `json:"stream"`
	KeepAlive string         `json:"keep_alive,omitempty"`
	Options   record.Options `json:"options"`
	// KeepChunks records the arrival of every chunk.
	KeepChunks bool `json:"-"`
}

// ErrSilent is the cause when a server said nothing for longer than allowed.
var ErrSilent = errors.New("server silent")

// Generate makes one call and returns what was seen, an error in its Error
// field. Stamps are raw monotonic nanoseconds (package clock).
func (c *Client) Generate(ctx context.Context, r Request) record.Call {
	r.Stream = true
	call := record.Call{Seed: r.Options.Seed, PromptBytes: len(r.Prompt)}
	if err := c.generate(ctx, r, &call); err != nil {
		call.Error = err.Error()
	}
	if call.EndNS == 0 {
		call.EndNS = clock.NS()
	}
	return call
}

func (c *Client) generate(ctx context.Context, r Request, call *record.Call) error {
	body, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("encode request: %w", err)
	}
	ctx, watch := watchSilence(ctx, c.silence)
	defer watch.stop()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+"/api/generate", bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")

	call.RequestNS = clock.NS()
	res, err := c.http.Do(req)
	if err != nil {
		return because(ctx, fmt.Errorf("request: %w", err))
	}
	defer res.Body.Close()
	headers := clock.NS()
	call.HeadersNS = &headers
	watch.heard(headers)
	if err := Refused(res); err != nil {
		return because(ctx, err)
	}
	c.stream.begin(call, &r, watch)
	return because(ctx, c.stream.read(res.Body, c.buf))
}

// because prefers the reason a context ended to the error it caused.
func because(ctx context.Context, err error) error {
	if why := context.Cause(ctx); err != nil && why != nil && !errors.Is(why, errHungUp) {
		return why
	}
	return err
}

// silence ends a context when nothing was heard for a while. Setting a timer
// anew for every chunk would cost more than decoding it, so what is heard is
// noted, and the timer looks when it fires.
type silence struct {
	after  time.Duration
	last   atomic.Int64
	timer  *time.Timer
	cancel context.CancelCauseFunc
}

// watchSilence returns a context that ends with ErrSilent when heard is not
// called for the given time; 0 watches nothing.
func watchSilence(ctx context.Context, after time.Duration) (context.Context, *silence) {
	ctx, cancel := context.WithCancelCause(ctx)
	s := &silence{after: after, cancel: cancel}
	if after > 0 {
		s.last.Store(clock.NS())
		s.timer = time.AfterFunc(after, s.look)
	}
	return ctx, s
}

// look ends the context, or comes again when the silence could be long enough.
// stop may have been called meanwhile: then the context has ended already.
func (s *silence) look() {
	if left := s.after - time.Duration(clock.NS()-s.last.Load()); left > 0 {
		s.timer.Reset(left)
		return
	}
	s.cancel(fmt.Errorf("%w for %s", ErrSilent, s.after))
}

func (s *silence) heard(at int64) { s.last.Store(at) }

func (s *silence) stop() {
	s.cancel(nil)
	if s.timer != nil {
		s.timer.Stop()
	}
}

// lingers is how long the end of a body may follow its final chunk. A server that
// ends as it should does so in the same write or the next.
const lingers = 5 * time.Millisecond

var errHungUp = errors.New("hung up: the reply's body stayed open after its final chunk")

// ends reads a body to its end, so that its connection can be used again. One that
// stays open is hung up on and not waited for: the time would be in the agent's
// wall, and in none of its calls.
func (s *silence) ends(body io.Reader) bool {
	hangUp := time.AfterFunc(lingers, func() { s.cancel(errHungUp) })
	defer hangUp.Stop()
	_, err := io.Copy(io.Discard, body)
	return err == nil
}
