package sim

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"sync"
	"time"
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
