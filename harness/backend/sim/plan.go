package sim

import (
	"errors"
	"math"
	"math/rand/v2"
	"time"

	"github.com/chimeraforge/duet/harness/backend/sim/gpu"
)

// DefaultReply is the length of a reply in tokens when the request sets no
// num_predict: a real model would stop by itself somewhere.
const DefaultReply = 128

// plan is what a request is going to cost and say, decided when its turn comes.
type plan struct {
	card         *card
	shape        shape
	job          gpu.Job
	prompt       string // rendered
	promptTokens int
	cached       int // tokens of it
	reason       string
	seed         int
	words        *words
	ordinal      int
	fault        Fault
}

var errTooLong = errors.New("the input length exceeds the context length")

func (e *endpoint) plan(req *request, chat bool, c *card, o options, f *Fault) (plan, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.requests++
	p := plan{card: c, shape: o.shape, ordinal: e.requests, seed: o.seed}
	if f != nil {
		p.fault = *f
	}
	prof := e.sim.cfg.profile(c.name)
	p.job.Loss = prof.Loss
	p.job.Load = e.loadTime(c, o.shape, prof)
	e.occupy(c, o.shape, p.job.Load)
	if req.empty(chat) {
		p.reason = "load"
		return p, nil
	}
	if err := p.read(req.rendered(chat), req.Truncate, &e.memory); err != nil {
		return p, err
	}
	p.words = newWords(p.prompt, replySeed(e.sim.cfg.Seed, o, p.ordinal, e.index))
	p.write(o, req.Shift, e.sim.cfg.EarlyStop)
	e.price(&p, prof)
	return p, nil
}

// occupy holds the model for a request, making room for one that must be loaded.
func (e *endpoint) occupy(c *card, s shape, load time.Duration) {
	switch {
	case load > 0:
		e.memory.unload()
	case !e.memory.holds(c, s):
		e.memory.load(c, s)
	}
	e.memory.busy = true
}

// loadTime is how long it takes until the model is there.
func (e *endpoint) loadTime(c *card, s shape, prof Profile) time.Duration {
	switch {
	case e.sim.cfg.Exact != nil || e.memory.holds(c, s):
		return 0
	case e.memory.warm[c.name]:
		return prof.Reload
	}
	return prof.ColdLoad
}

// read counts the prompt's tokens: at most the context, and those whose
// evaluation the server still has from the request before cost nothing. The
// last is always evaluated, since the first token of the reply comes from it.
func (p *plan) read(prompt string, truncate *bool, m *memory) error {
	p.prompt = prompt
	p.promptTokens = countTokens(prompt)
	if p.promptTokens > p.shape.ctx {
		if truncate != nil && !*truncate {
			return errTooLong
		}
		p.promptTokens = p.shape.ctx
		return nil
	}
	if p.job.Load == 0 {
		p.cached = max(0, min(m.common(prompt)/CharsPerToken, p.promptTokens-1))
	}
	return nil
}

// write decides the reply's length and why it ends there.
func (p *plan) write(o options, shift *bool, earlyStop float64) {
	n := o.predict
	p.reason = "length"
	if n <= 0 {
		n, p.reason = DefaultReply, "stop"
	}
	n = min(n, 10*p.shape.ctx) // Ollama's own limit
	if room := max(1, p.shape.ctx-p.promptTokens); shift != nil && !*shift && n > room {
		n, p.reason = room, "length"
	}
	if earlyStop > 0 && p.words.rng.Float64() < earlyStop && n > 1 {
		n, p.reason = n/2+p.words.rng.IntN((n+1)/2), "stop"
	}
	if p.fault.Kind == EmptyReply {
		n, p.reason = 0, "stop"
	}
	p.job.Tokens = n
}

// price puts durations on the prompt and on a token.
func (e *endpoint) price(p *plan, prof Profile) {
	pcg := rand.NewPCG(e.sim.cfg.Seed, uint64(e.index)<<32|uint64(p.ordinal))
	if x := e.sim.cfg.Exact; x != nil {
		p.job.Prompt, p.job.Token, p.cached = x.TTFT, x.Token, 0
		if p.job.Jitter = x.Jitter; x.Jitter > 0 {
			p.job.Seed = pcg.Uint64()
		}
	} else {
		rng := rand.New(pcg)
		p.job.Prompt = seconds(float64(p.promptTokens-p.cached) / (prof.PromptRate * e.jitter(rng)))
		p.job.Token = seconds(1 / (prof.Rate * e.jitter(rng)))
	}
	if p.fault.Kind == Slow {
		p.job.Prompt *= time.Duration(p.fault.count())
		p.job.Token *= time.Duration(p.fault.count())
	}
}

// jitter is a factor around 1 with the configured coefficient of variation.
func (e *endpoint) jitter(rng *rand.Rand) float64 {
	return max(0.1, 1+*e.sim.cfg.Noise*rng.NormFloat64())
}

// replySeed is the request's seed; without one, another at every request.
// Temperature 0 leaves nothing to chance.
func replySeed(base uint64, o options, ordinal, index int) uint64 {
	switch {
	case o.temp == 0:
		return 0
	case o.seed >= 0:
		return uint64(o.seed)
	}
	return base ^ uint64(index)<<48 ^ uint64(ordinal)<<16 ^ 0x5eed
}

func seconds(s float64) time.Duration { return time.Duration(math.Round(s * 1e9)) }

// memory is what one server holds in memory: one model with the options that
// it was loaded with. Guarded by endpoint.mu.
type memory struct {
	card    *card // nil: nothing
	shape   shape
	expires time.Time
	busy    bool
	prefix  string          // last prompt and reply, whose evaluation is still there
	warm    map[string]bool // models loaded at least once: their files are in the page cache
}

// shape is the options that cannot change without a reload.
type shape struct {
	ctx, gpu, threads, batch int
}

// DefaultKeepAlive is how long a model stays in memory after its last request.
const DefaultKeepAlive = 5 * time.Minute

// holds reports whether a model is there, ready for a shape.
func (m *memory) holds(c *card, s shape) bool {
	m.expire()
	return m.card == c && m.shape == s
}

// expire drops a model whose time has come.
func (m *memory) expire() {
	if m.card != nil && !m.busy && !time.Now().Before(m.expires) {
		m.unload()
	}
}

func (m *memory) unload() { m.card, m.shape, m.prefix, m.busy = nil, shape{}, "", false }

// load puts a model there, in place of any other.
func (m *memory) load(c *card, s shape) {
	m.card, m.shape, m.prefix = c, s, ""
	m.expires = time.Now().Add(DefaultKeepAlive)
	if m.warm == nil {
		m.warm = map[string]bool{}
	}
	m.warm[c.name] = true
}

// release ends a request's hold on the model.
func (m *memory) release(keep time.Duration) {
	m.busy = false
	m.expires = time.Now().Add(keep)
	m.expire()
}

// common is the length of the prefix of a prompt that is still evaluated.
func (m *memory) common(prompt string) int {
	n := min(len(prompt), len(m.prefix))
	for i := range n {
		if prompt[i] != m.prefix[i] {
			return i
		}
	}
	return n
}

// bytes is the model's size in memory and how much of it is in VRAM: weights
// and an F16 cache of keys and values with 4 heads to a group, by layers.
func (m *memory) bytes() (size, vram int64) { return m.card.bytes(m.shape) }

func (c *card) bytes(s shape) (size, vram int64) {
	cache := int64(s.ctx) * int64(c.layers) * int64(c.embedding) // 2 tensors x 2 bytes / 4
	size = c.size + cache
	on := c.layers
	if s.gpu >= 0 {
		on = min(s.gpu, c.layers)
	}
	if on == c.layers {
		return size, size
	}
	return size, int64(math.Round(float64(size) * float64(on) / float64(c.layers)))
}

// fits reports whether the GPU has room for a model beside what the other
// server holds. A model counts once it is loaded.
func (e *endpoint) fits(c *card, s shape) bool {
	if e.sim.cfg.VRAM == 0 {
		return true
	}
	_, need := c.bytes(s)
	for _, other := range e.sim.endpoints {
		if other != e {
			need += other.vram()
		}
	}
	return need <= e.sim.cfg.VRAM
}
