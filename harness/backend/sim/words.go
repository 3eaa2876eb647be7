package sim

import (
	"hash/fnv"
	"math/rand/v2"
)

// Mark is the first token of every reply, so that no reader takes it for an
// answer.
const Mark = "[simulated]"

// CharsPerToken is how many bytes of prompt make a token.
const CharsPerToken = 4

// countTokens is the length of a text in tokens.
func countTokens(s string) int { return (len(s) + CharsPerToken - 1) / CharsPerToken }

var (
	onsets = []string{"b", "br", "d", "dr", "f", "fl", "g", "gr", "k", "kl", "l", "m", "n", "p", "pr", "r", "s", "st", "t", "tr", "v", "z"}
	vowels = []string{"a", "e", "i", "o", "u", "ai", "ea", "ou"}
	codas  = []string{"", "", "l", "m", "n", "r", "s", "t", "nd", "rk"}
)

// words makes up a reply, one token at a time. The same prompt and seed give
// the same words, on either server.
type words struct {
	rng *rand.Rand
	n   int
}

func newWords(prompt string, seed uint64) *words {
	h := fnv.New64a()
	_, _ = h.Write([]byte(prompt))
	return &words{rng: rand.New(rand.NewPCG(h.Sum64(), seed))}
}

// next is the text of the next token: one word with the space before it, now
// and then with the end of a sentence.
func (w *words) next() string {
	w.n++
	if w.n == 1 {
		return Mark
	}
	s := " "
	for range 1 + w.rng.IntN(2) {
		s += pick(w.rng, onsets) + pick(w.rng, vowels) + pick(w.rng, codas)
	}
	if w.rng.IntN(12) == 0 {
		s += "."
	}
	return s
}

func pick(rng *rand.Rand, from []string) string { return from[rng.IntN(len(from))] }
