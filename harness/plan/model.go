package plan

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
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
