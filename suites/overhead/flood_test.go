// The flood is a server that streams tokens as fast, or at exactly the pace,
// that a client is to be tried with: thousands of streams at once, which the
// simulator, whose job is to be true, is too careful for. It speaks as much of
// Ollama's /api/generate as a driver needs and says what it is in every reply.
//
// It has to run in a process of its own: what it costs must not be in what the
// client costs.
package overhead

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/chimeraforge/duet/internal/clock"
)

// Models are how a stream comes: the model's name in the request says which.
const (
	Flat      = "flat"      // a write for every token, as fast as the client takes them
	Coalesced = "coalesced" // as fast, with many tokens in a packet
	Paced     = "paced"     // a token every Interval, each written when it is due
)

// Every is the model of a stream with a token in every interval. Where the
// interval is shorter than the server's sleep, the tokens that became due
// meanwhile are written one after the other, each in a packet of its own.
func Every(interval time.Duration) string { return Paced + "@" + interval.String() }

// interval is how a model is paced, if it is.
func interval(model string) (time.Duration, bool) {
	if model == Paced {
		return Interval, true
	}
	text, ok := strings.CutPrefix(model, Paced+"@")
	if !ok {
		return 0, false
	}
	d, err := time.ParseDuration(text)
	return d, err == nil && d > 0
}

// Interval is the pace of Paced: 100 tokens per second.
const Interval = 10 * time.Millisecond

// line is what a real server's chunk looks like.
const line = `{"model":"flood","created_at":"2026-01-01T00:00:00.000000000Z","response":" token","done":false}` + "\n"

// Server is a running flood.
type Server struct {
	http http.Server
	url  string
	mu   sync.Mutex
	sent map[int][]int64 // by the request's seed
}

// Start listens on loopback.
func Start() (*Server, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &Server{url: "http://" + l.Addr().String(), sent: map[int][]int64{}}
	mux := http.NewServeMux()
	mux.HandleFunc("/api/version", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"version":"0.0.0-duet-flood"}`) })
	mux.HandleFunc("/api/generate", s.generate)
	mux.HandleFunc("/sent", s.report)
	s.http.Handler = mux
	go func() { _ = s.http.Serve(l) }()
	return s, nil
}

// URL is the server's address.
func (s *Server) URL() string { return s.url }

// Close cuts every stream.
func (s *Server) Close() error { return s.http.Close() }

type request struct {
	Model   string
	Options struct {
		Seed       int `json:"seed"`
		NumPredict int `json:"num_predict"`
	}
}

func (s *Server) generate(w http.ResponseWriter, r *http.Request) {
	var req request
	if err := json.NewDecoder(r.Body).Decode(&req); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	began := time.Now()
	n := req.Options.NumPredict
	var err error
	every, paced := interval(req.Model)
	switch {
	case req.Model == Flat:
		err = flat(w, n)
	case req.Model == Coalesced:
		err = coalesced(w, n)
	case paced:
		err = s.paced(r.Context(), w, req.Options.Seed, n, every)
	default:
		err = fmt.Errorf("model %q", req.Model)
	}
	if err != nil {
		return // the client has gone, or sees a stream that is cut off
	}
	took := time.Since(began).Nanoseconds()
	fmt.Fprintf(w, `{"model":"flood","response":"","done":true,"done_reason":"length","total_duration":%d,"prompt_eval_count":1,"prompt_eval_duration":1,"eval_count":%d,"eval_duration":%d}`+"\n", took, n, took)
}

func flat(w http.ResponseWriter, n int) error {
	flush := http.NewResponseController(w)
	text := []byte(line)
	for range n {
		if _, err := w.Write(text); err != nil {
			return err
		}
		if err := flush.Flush(); err != nil {
			return err
		}
	}
	return nil
}

func coalesced(w http.ResponseWriter, n int) error {
	b := bufio.NewWriterSize(w, 32<<10)
	for range n {
		if _, err := b.WriteString(line); err != nil {
			return err
		}
	}
	return b.Flush()
}

// paced writes each token when it is due, by the stream's own schedule, and
// notes when it was written.
func (s *Server) paced(ctx context.Context, w http.ResponseWriter, seed, n int, every time.Duration) error {
	flush := http.NewResponseController(w)
	if err := flush.Flush(); err != nil { // headers
		return err
	}
	sent := make([]int64, 0, n)
	text := []byte(line)
	began := time.Now()
	due := time.NewTimer(every)
	defer due.Stop()
	for i := range n {
		if wait := time.Duration(i+1)*every - time.Since(began); wait > 0 {
			due.Reset(wait)
			select {
			case <-due.C:
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
		sent = append(sent, clock.NS())
		if _, err := w.Write(text); err != nil {
			return err
		}
		if err := flush.Flush(); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent[seed] = sent
	return nil
}

// report says when the tokens of a stream were written, in nanoseconds of the
// host's monotonic clock, and forgets it.
func (s *Server) report(w http.ResponseWriter, r *http.Request) {
	seed, err := strconv.Atoi(r.URL.Query().Get("seed"))
	s.mu.Lock()
	sent, ok := s.sent[seed]
	delete(s.sent, seed)
	s.mu.Unlock()
	if err != nil || !ok {
		http.NotFound(w, r)
		return
	}
	_ = json.NewEncoder(w).Encode(sent)
}

// Sent asks a server when it wrote the tokens of the stream with a seed.
func Sent(ctx context.Context, url string, seed int) ([]int64, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("%s/sent?seed=%d", url, seed), nil)
	if err != nil {
		return nil, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, errors.New(res.Status)
	}
	var out []int64
	return out, json.NewDecoder(res.Body).Decode(&out)
}
