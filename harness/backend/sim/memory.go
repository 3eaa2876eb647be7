package sim

import (
	"math"
	"time"
)

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
