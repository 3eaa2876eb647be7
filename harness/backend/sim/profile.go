package sim

import (
	"fmt"
	"strings"
	"time"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/backend/sim/gpu"
)

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
