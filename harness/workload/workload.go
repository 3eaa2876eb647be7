// Package workload is what the agents ask: whose prompts, how many calls, how many
// tokens.
//
// Prompts come in sets. Those of the study are two, called after its agents:
// Collector and Insight; an agent of any name asks one of the sets. A set's second
// prompt is fed by the answer to the first. Every prompt starts with a nonce of its
// own, because a server that sees the start of a prompt again answers from its
// prefix cache and looks ten times faster than it is.
package workload

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"slices"
	"strings"
)

// The study's agents, and its sets of prompts.
const (
	Collector = "collector"
	Insight   = "insight"
)

// UnequalRatio is the mean ratio of the collector's tokens to the insight
// agent's in the study's Python runs, whose agents had different prompts and no
// common budget.
const UnequalRatio = 0.56

// CallsPerAgent is how many requests an agent makes, one after the other.
const CallsPerAgent = 2

// Workload makes the calls of agents.
type Workload struct {
	prompts map[string][]string // by set, then call
	budget  int
	unequal bool
	seed    uint64
	hash    string
}

// folder is where prompts lie in a file system, SET-CALL.txt.
const folder = "testdata/prompts/"

// New reads all prompts of a file system. Budget is the number of tokens per call;
// unequal gives the collector's set UnequalRatio of it.
func New(files fs.FS, budget int, unequal bool, seed uint64) (*Workload, error) {
	w := &Workload{prompts: map[string][]string{}, budget: budget, unequal: unequal, seed: seed}
	firsts, err := fs.Glob(files, folder+"*-1.txt")
	if err == nil && len(firsts) == 0 {
		err = fmt.Errorf("no %s*-1.txt: %w", folder, fs.ErrNotExist)
	}
	if err != nil {
		return nil, fmt.Errorf("read prompts: %w", err)
	}
	sum := sha256.New()
	for _, first := range firsts { // in lexical order
		set := strings.TrimSuffix(strings.TrimPrefix(first, folder), "-1.txt")
		for call := 1; call <= CallsPerAgent; call++ {
			name := fmt.Sprintf("%s%s-%d.txt", folder, set, call)
			text, err := fs.ReadFile(files, name)
			if err != nil {
				return nil, fmt.Errorf("read prompt: %w", err)
			}
			if mark := strings.Contains(string(text), AnswerMark); mark != (call > 1) {
				return nil, fmt.Errorf("prompt %s: %s belongs into every prompt but the first", name, AnswerMark)
			}
			sum.Write(text)
			w.prompts[set] = append(w.prompts[set], strings.TrimSpace(string(text)))
		}
	}
	w.hash = hex.EncodeToString(sum.Sum(nil)[:8])
	return w, nil
}

// Hash identifies the prompts' texts.
func (w *Workload) Hash() string { return w.hash }

// Has reports an error that says what there is where there is no set of a name.
func (w *Workload) Has(set string) error {
	if w.prompts[set] != nil {
		return nil
	}
	return fmt.Errorf("there are no prompts called %q; there are %s", set, strings.Join(slices.Sorted(maps.Keys(w.prompts)), ", "))
}

// Budget is the number of tokens of each call with a set of prompts.
func (w *Workload) Budget(set string) int { return Budget(w.budget, w.unequal, set) }

// Budget is a set's share of a budget of tokens per call: all of it, or for the
// collector's of unequal agents UnequalRatio.
func Budget(tokens int, unequal bool, set string) int {
	if unequal && set == Collector {
		return max(1, int(math.Round(UnequalRatio*float64(tokens))))
	}
	return tokens
}

// CallsOf returns the calls of an agent with a set of prompts. The place (cell, run,
// pass) goes into the nonces only, so two passes ask the same thing with the same
// sampling seeds and no prefix in common; nor have two agents with one set.
func (w *Workload) CallsOf(agent, set string, round int, place string) []Call {
	calls := make([]Call, 0, CallsPerAgent)
	for i, text := range w.prompts[set] {
		key := fmt.Sprintf("%d/%d/%s/%d", w.seed, round, agent, i)
		calls = append(calls, Call{
			Prompt:     "[" + nonce(key+"/"+place) + "] " + text,
			Seed:       w.samplingSeed(key),
			NumPredict: w.Budget(set),
		})
	}
	return calls
}

// nonce is ten digits: the same length everywhere, and close to the same number
// of tokens.
func nonce(key string) string {
	sum := sha256.Sum256([]byte(key))
	return fmt.Sprintf("%010d", binary.LittleEndian.Uint64(sum[:8])%10_000_000_000)
}

// samplingSeed is positive and fits 31 bits: Ollama reads seeds as C ints, and
// takes -1 and 0 for "any".
func (w *Workload) samplingSeed(key string) int {
	sum := sha256.Sum256([]byte("seed/" + key))
	return int(binary.LittleEndian.Uint32(sum[:4])%(math.MaxInt32-1)) + 1
}

// Call is one request an agent makes. AnswerMark in the prompt stands for the
// reply to the agent's previous call.
type Call struct {
	Prompt     string `json:"prompt"`
	Seed       int    `json:"seed"`
	NumPredict int    `json:"num_predict"`
}

// AnswerMark is replaced by the reply to the previous call before a prompt is
// sent; it is never in a first prompt.
const AnswerMark = "{{answer}}"
