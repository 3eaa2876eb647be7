// Package agent is what the agents do: the workload (whose prompts, how many
// calls, how many tokens) and the starting gun that lets them go at once.
//
// Each of the two agents makes two calls, and the second is fed by the first
// one's answer. Every prompt starts with a nonce of its own, because a server
// that sees the start of a prompt again answers from its prefix cache and looks
// ten times faster than it is.
package workload

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io/fs"
	"math"
	"strings"
)

// UnequalRatio is the mean ratio of the collector's tokens to the insight
// agent's in the study's Python runs, whose agents had different prompts and no
// common budget.
const UnequalRatio = 0.56

// CallsPerAgent is how many requests an agent makes, one after the other.
const CallsPerAgent = 2

// Workload makes the calls of agents.
type Workload struct {
	prompts map[string][]string // by agent, then call
	budget  int
	unequal bool
	seed    uint64
	hash    string
}

// New reads the prompts <agent>-<call>.txt from a file system. Budget is the
// number of tokens per call; unequal gives the collector UnequalRatio of it.
func New(files fs.FS, budget int, unequal bool, seed uint64) (*Workload, error) {
	w := &Workload{prompts: map[string][]string{}, budget: budget, unequal: unequal, seed: seed}
	sum := sha256.New()
	for _, agent := range []string{"collector", "insight"} {
		for call := 1; call <= CallsPerAgent; call++ {
			name := fmt.Sprintf("testdata/prompts/%s-%d.txt", agent, call)
			text, err := fs.ReadFile(files, name)
			if err != nil {
				return nil, fmt.Errorf("read prompt: %w", err)
			}
			if mark := strings.Contains(string(text), AnswerMark); mark != (call > 1) {
				return nil, fmt.Errorf("prompt %s: %s belongs into every prompt but the first", name, AnswerMark)
			}
			sum.Write(text)
			w.prompts[agent] = append(w.prompts[agent], strings.TrimSpace(string(text)))
		}
	}
	w.hash = hex.EncodeToString(sum.Sum(nil)[:8])
	return w, nil
}

// Hash identifies the prompts' texts.
func (w *Workload) Hash() string { return w.hash }

// Budget is the number of tokens of each of an agent's calls.
func (w *Workload) Budget(agent string) int { return Budget(w.budget, w.unequal, agent) }

// Budget is an agent's share of a budget of tokens per call: all of it, or for the
// collector of unequal agents UnequalRatio.
func Budget(tokens int, unequal bool, agent string) int {
	if unequal && agent == "collector" {
		return max(1, int(math.Round(UnequalRatio*float64(tokens))))
	}
	return tokens
}

// Calls returns an agent's calls. The place (cell, run, pass) goes
// into the nonces only, so two passes ask the same thing with the same sampling
// seeds and no prefix in common.
func (w *Workload) Calls(agent string, round int, place string) []Call {
	calls := make([]Call, 0, CallsPerAgent)
	for i, text := range w.prompts[agent] {
		key := fmt.Sprintf("%d/%d/%s/%d", w.seed, round, agent, i)
		calls = append(calls, Call{
			Prompt:     "[" + nonce(key+"/"+place) + "] " + text,
			Seed:       w.samplingSeed(key),
			NumPredict: w.Budget(agent),
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
