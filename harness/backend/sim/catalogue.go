package sim

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/backend/sim/gpu"
)

// DefaultModels returns the models a simulation has unless told otherwise: the
// study's, the one it would have liked, and duet's tiny stand-ins.
func DefaultModels() []string {
	return []string{
		"qwen2.5:7b", "gemma3:latest", "llama3.1:8b-instruct-q4_0", "qwen2.5:14b",
		"duet-tiny-qwen2", "duet-tiny-gemma3", "duet-tiny-llama",
	}
}

// card is what a server says of a model: made up, but in the right order of
// magnitude and always the same for the same name.
type card struct {
	name       string // with tag
	family     string
	params     string
	quant      string
	size       int64 // bytes
	layers     int
	context    int // longest, tokens
	embedding  int
	modified   time.Time
	parameters map[string]any // defaults of its options, from /api/create
}

// cards are the known families: the study's models at their real sizes.
var cards = []card{
	{name: "qwen2.5:14b", family: "qwen2", params: "14.8B", quant: "Q4_K_M", size: 8_988_124_069, layers: 49, context: 32768, embedding: 5120},
	{name: "qwen2", family: "qwen2", params: "7.6B", quant: "Q4_K_M", size: 4_683_087_332, layers: 29, context: 32768, embedding: 3584},
	{name: "gemma3", family: "gemma3", params: "4.3B", quant: "Q4_K_M", size: 3_338_801_804, layers: 35, context: 131072, embedding: 2560},
	{name: "llama", family: "llama", params: "8.0B", quant: "Q4_0", size: 4_661_230_766, layers: 33, context: 131072, embedding: 4096},
}

// tinyPrefix begins the names of duet's synthetic models.
const tinyPrefix = "duet-tiny-"

func newCard(name string, now time.Time) *card {
	c := cards[1]
	for _, known := range cards {
		if strings.Contains(strings.ToLower(name), known.name) {
			c = known
			break
		}
	}
	if strings.HasPrefix(name, tinyPrefix) {
		c.params, c.quant, c.size, c.layers, c.context, c.embedding = "6.9M", "F16", 13_800_000, 7, 8192, 256
	}
	c.name, c.modified = name, now
	return &c
}

// digest is 64 hexadecimal digits that belong to the name alone.
func (c *card) digest() string {
	sum := sha256.Sum256([]byte("duet simulator\n" + c.name))
	return hex.EncodeToString(sum[:])
}

// fullName adds the default tag and drops the default registry, as Ollama does.
func fullName(name string) string {
	name = strings.TrimPrefix(name, "registry.ollama.ai/")
	name = strings.TrimPrefix(name, "library/")
	if name != "" && !strings.Contains(name[strings.LastIndexByte(name, '/')+1:], ":") {
		name += ":latest"
	}
	return name
}

// catalogue is the models folder, which both servers share.
type catalogue struct {
	mu       sync.Mutex
	cards    []*card
	pullable []string
	blobs    map[string]bool // digests
}

func newCatalogue(models, pullable []string) *catalogue {
	c := &catalogue{blobs: map[string]bool{}}
	for _, m := range models {
		c.add(m, nil)
	}
	for _, m := range pullable {
		c.pullable = append(c.pullable, fullName(m))
	}
	return c
}

// get returns the model of a name as a client gives it, nil if there is none.
// Case does not matter.
func (c *catalogue) get(name string) *card {
	c.mu.Lock()
	defer c.mu.Unlock()
	if i := c.index(name); i >= 0 {
		return c.cards[i]
	}
	return nil
}

func (c *catalogue) index(name string) int {
	name = fullName(name)
	return slices.IndexFunc(c.cards, func(k *card) bool { return strings.EqualFold(k.name, name) })
}

func (c *catalogue) list() []*card {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.cards)
}

// add puts a model there, in place of one with the same name.
func (c *catalogue) add(name string, parameters map[string]any) *card {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := newCard(fullName(name), time.Now())
	k.parameters = parameters
	if i := c.index(name); i >= 0 {
		c.cards[i] = k
	} else {
		c.cards = append(c.cards, k)
	}
	return k
}

func (c *catalogue) remove(name string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	i := c.index(name)
	if i >= 0 {
		c.cards = slices.Delete(c.cards, i, i+1)
	}
	return i >= 0
}

func (c *catalogue) canPull(name string) bool { return slices.Contains(c.pullable, fullName(name)) }

// Profile is how fast one model runs alone on the simulated GPU, and how much
// it suffers from a second one.
type Profile struct {
	Rate       float64       // decode rate, tok/s
	PromptRate float64       // prompt evaluation, tok/s
	Loss       float64       // contention, used when Config.Loss is nil; see gpu.Eta
	ColdLoad   time.Duration // first use on a server
	Reload     time.Duration // after an unload or with changed options: the file is in the page cache
}

// Load times of the study's single-agent Rust runs: cold loads took 4.5-5.9 s.
// A reload is our estimate between that and the 0.2-0.5 s of its warm median.
const (
	DefaultColdLoad = 4700 * time.Millisecond
	DefaultReload   = 1500 * time.Millisecond
)

// profiles are the study's three models on its 12 GB GPU. Rate is the median
// solo decode rate, Loss follows from the median rate per agent of its
// dual-agent Rust runs (29.2, 42.7 and 27.8 tok/s): 1 - pair/solo. PromptRate
// is the median prompt of its single-agent Rust runs, at CharsPerToken, over
// its median prompt time (2542, 5692 and 2896 characters in 319, 286 and
// 283 ms).
var profiles = []struct {
	family  string // of the architecture; part of the model's name
	profile Profile
}{
	{"qwen2", Profile{Rate: 80.1, PromptRate: 1990, Loss: 0.635, ColdLoad: DefaultColdLoad, Reload: DefaultReload}},
	{"gemma3", Profile{Rate: 114.1, PromptRate: 4970, Loss: 0.626, ColdLoad: DefaultColdLoad, Reload: DefaultReload}},
	{"llama", Profile{Rate: 79.6, PromptRate: 2560, Loss: 0.651, ColdLoad: DefaultColdLoad, Reload: DefaultReload}},
}

// ProfileOf is the profile a model has unless Config.Profiles says otherwise:
// the study's of the same family, or the first where the name tells none. A
// duet-tiny model runs like the model it stands in for.
func ProfileOf(model string) Profile {
	for _, p := range profiles {
		if strings.Contains(strings.ToLower(model), p.family) {
			return p.profile
		}
	}
	return profiles[0].profile
}

func (p Profile) check(name string) error {
	if !(p.Rate > 0 && p.PromptRate > 0) || p.ColdLoad < 0 || p.Reload < 0 || !validLoss(p.Loss) {
		return fmt.Errorf("profile of %s: %+v; rates must be positive, loads not negative, the loss from 0 up to, not including, 1", name, p)
	}
	return nil
}

func validLoss(l float64) bool { return l >= 0 && l < 1 }

// resolved fills in what is zero and refuses what makes no sense.
func (c Config) resolved() (Config, error) {
	if c.Servers == nil {
		c.Servers = backend.Names(backend.Each(2))
	}
	if c.Models == nil {
		c.Models = DefaultModels()
	}
	if c.Timescale == 0 {
		c.Timescale = 1
	}
	if c.Timescale < 0 || c.Timescale > MaxTimescale {
		return c, fmt.Errorf("timescale %v; allowed: above 0, at most %v", c.Timescale, MaxTimescale)
	}
	if c.Loss != nil && !validLoss(*c.Loss) {
		return c, fmt.Errorf("loss %v; allowed: 0 up to, not including, 1", *c.Loss)
	}
	if c.Noise == nil {
		c.Noise = new(DefaultNoise)
	}
	if !(*c.Noise >= 0 && *c.Noise <= 1) {
		return c, fmt.Errorf("noise %v; allowed: 0 to 1", *c.Noise)
	}
	if !(c.EarlyStop >= 0 && c.EarlyStop <= 1) {
		return c, fmt.Errorf("early stop %v; allowed: 0 to 1", c.EarlyStop)
	}
	if c.Power == (gpu.Power{}) {
		c.Power = gpu.DefaultPower
	}
	if err := c.Power.Check(); err != nil {
		return c, err
	}
	if !(c.PowerCap >= 0) || c.VRAM < 0 {
		return c, fmt.Errorf("power cap %v, VRAM %d; allowed: not negative", c.PowerCap, c.VRAM)
	}
	if x := c.Exact; x != nil && (x.TTFT < 0 || x.Token < 0 || x.Jitter < 0 || x.Jitter > x.Token) {
		return c, fmt.Errorf("exact times %v and %v, jitter %v; allowed: not negative, the jitter at most a token's", x.TTFT, x.Token, x.Jitter)
	}
	for name, p := range c.Profiles {
		if err := p.check(name); err != nil {
			return c, err
		}
	}
	for _, f := range c.Faults {
		if err := f.check(c.Servers); err != nil {
			return c, err
		}
	}
	return c, nil
}

// MaxTimescale is where a token's gap gets near the cost of writing it.
const MaxTimescale = 10000.0

// profile is the model's speed in this simulation.
func (c *Config) profile(name string) Profile {
	p, ok := c.Profiles[name]
	if !ok {
		p = ProfileOf(name)
	}
	if c.Exact != nil {
		p.Loss = 0
	}
	if c.Loss != nil {
		p.Loss = *c.Loss
	}
	return p
}
