package plan

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/workload"
)

// Study lists the study's models; Optional is the one it would have liked.
var (
	Study    = []string{"qwen2.5:7b", "gemma3:latest", "llama3.1:8b-instruct-q4_0"}
	Optional = "qwen2.5:14b"
)

// TinyPrefix begins the names of the synthetic models, so that nobody mistakes
// one for the model it stands in for.
const TinyPrefix = "duet-tiny-"

// Tiny lists the stand-ins, in the order of Study: the same architectures with
// random weights, small enough for any CPU.
var Tiny = []string{TinyPrefix + "qwen2", TinyPrefix + "gemma3", TinyPrefix + "llama"}

// FullPrefix begins the names of synthetic models with the shapes of the study's.
const FullPrefix = "duet-full-"

// Full are synthetic models as large as the study's, in its order, for GPUs that
// no model hub can be reached from.
var Full = []string{FullPrefix + "qwen2.5-7b", FullPrefix + "gemma3-4b", FullPrefix + "llama3.1-8b"}

// IsSynthetic reports whether a model is one of duet's own, with random weights.
func IsSynthetic(model string) bool {
	return strings.HasPrefix(model, TinyPrefix) || strings.HasPrefix(model, FullPrefix)
}

// Models resolves a list of names to models: "study", "tiny", "full" and "optional"
// stand for the lists above, anything else is an Ollama model name. Repeated
// names count once.
func Models(names []string) ([]string, error) {
	var out []string
	for _, n := range names {
		switch n = strings.TrimSpace(n); n {
		case "":
			return nil, fmt.Errorf("models: empty name; allowed: study, tiny, full, optional, or any Ollama model name")
		case "study":
			out = append(out, Study...)
		case "tiny":
			out = append(out, Tiny...)
		case "full":
			out = append(out, Full...)
		case "optional":
			out = append(out, Optional)
		default:
			if err := checkName(n); err != nil {
				return nil, err
			}
			out = append(out, n)
		}
	}
	seen := map[string]bool{}
	out = slices.DeleteFunc(out, func(m string) bool {
		again := seen[m]
		seen[m] = true
		return again
	})
	if len(out) == 0 {
		return nil, fmt.Errorf("models: none given; allowed: study, tiny, full, optional, or any Ollama model name")
	}
	return out, nil
}

// checkName refuses what cannot be a model name on any server. Everything else
// is allowed, however strange: it is the slug that meets the file system.
func checkName(n string) error {
	if len(n) > 300 {
		return fmt.Errorf("models: a name of %d bytes; at most 300 are allowed", len(n))
	}
	for _, r := range n {
		if r < ' ' || r == 0x7f {
			return fmt.Errorf("models: %q has a control character; allowed: study, tiny, full, optional, or any Ollama model name", n)
		}
	}
	return nil
}

// SyntheticFolder is where the files of synthetic models are kept: in the user's
// cache folder, or in the temporary one where there is no home.
func SyntheticFolder() string {
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	return filepath.Join(cache, "duet", "tinymodels")
}

// AllSynthetic reports whether all models are synthetic.
func AllSynthetic(models []string) bool {
	return !slices.ContainsFunc(models, func(m string) bool { return !IsSynthetic(m) })
}

// parameters are millions of parameters of the models that have a name here, as
// their publishers state them.
var parameters = map[string]int64{
	Study[0]: 7_600, Study[1]: 4_300, Study[2]: 8_000, Optional: 14_800,
	Full[0]: 7_600, Full[1]: 3_900, Full[2]: 8_000,
	Tiny[0]: 10, Tiny[1]: 10, Tiny[2]: 10,
}

// usual is what a model weighs whose name says nothing: the mean of the study's.
const usual = 6_600

// sized finds a size in a name: ":7b", "-8x7b-instruct", "_270m".
var sized = regexp.MustCompile(`(?:^|[^a-z0-9.])(?:([0-9]{1,3})x)?([0-9]{1,4}(?:\.[0-9]{1,3})?)([bm])(?:$|[^a-z0-9])`)

// Parameters is how many million parameters a model has, as far as its name tells.
func Parameters(model string) int64 {
	if n, ok := parameters[model]; ok {
		return n
	}
	m := sized.FindStringSubmatch(strings.ToLower(model))
	if m == nil {
		return usual
	}
	n, err := strconv.ParseFloat(m[2], 64)
	if err != nil || n <= 0 {
		return usual
	}
	if m[3] == "b" {
		n *= 1000
	}
	if experts, err := strconv.Atoi(m[1]); err == nil && experts > 0 {
		n *= float64(experts)
	}
	return max(1, int64(math.Round(n)))
}

// Work is what the settings say of how much a cell asks of its agents.
type Work struct {
	Budget  int  // tokens per call
	Unequal bool // the collector has workload.UnequalRatio of it
}

// What a run takes per million parameters, in nanoseconds: the study's 8 B model
// decoded 80 tokens a second, read 2500 of a prompt, and took 4.7 s to load. Only
// how they compare matters: how fast a machine is changes all cells alike.
const (
	decodeCost = 1_560
	promptCost = 50
	loadCost   = 590_000
	fixedCost  = 2_000_000_000 // of a run, whatever the model: watching the idle machine
	prompt     = 150           // tokens, with an answer in it
	passes     = 2             // alone and together, or baseline and tuned
)

// Cost is how long a run of a cell is expected to take, in nanoseconds of some
// machine, from the settings alone. Package harness foretells a session's duration
// from what its warm-up saw; a split must be the same before anything was seen.
func (w Work) Cost(c Cell) int64 {
	size := Parameters(c.Model())
	cost := int64(fixedCost)
	for _, r := range c.Roles {
		tokens := int64(workload.Budget(w.Budget, w.Unequal, r.Prompts()))
		cost += passes * workload.CallsPerAgent * size * (prompt*promptCost + tokens*decodeCost)
	}
	return cost + int64(c.loads())*size*loadCost
}

// loads is how often a run loads its model: once per agent or option; on one server
// with unequal options for each call, in any order of them.
func (c Cell) loads() int {
	switch {
	case c.Suite == record.SuiteSingle:
		return 2
	case c.Topology() != record.TopologyOne:
		return len(c.Roles)
	case c.Roles[0].Tuning == c.Roles[1].Tuning:
		return 1
	}
	return len(c.Roles) * (1 + workload.CallsPerAgent)
}
