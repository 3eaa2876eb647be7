package synthetic

import (
	_ "embed"
	"strings"
	"unicode/utf8"
)

// wordList is common English, most frequent first, and the words of benchmark
// reports. It was written for this project.
//
//go:embed words.txt
var wordList string

// glued are things prompts are full of that are not words: they become single
// tokens too.
var glued = []string{"\n\n", ".\n", ".\n\n", ":\n", ":\n\n", " -", "\n-", "  ", "    ", "--", "---", "##", "...", " |", "s", "'s", "ing", "ed", "er", "ly", "tion", "ness", "ment", "able"}

// words returns the list, each word once, in order.
func words() []string {
	var out []string
	seen := map[string]bool{}
	for _, w := range strings.Fields(wordList) {
		if !seen[w] {
			seen[w] = true
			out = append(out, w)
		}
	}
	return out
}

// corpus is what a vocabulary is trained on: every word as it stands inside a
// sentence, and, counting less, bare and with a capital. spell turns text into
// the alphabet of the tokenizer.
func corpus(spell func(string) string) []corpusWord {
	var out []corpusWord
	add := func(text string, weight int) {
		out = append(out, corpusWord{strings.Split(spell(text), ""), weight})
	}
	for rank, w := range words() {
		weight := 100_000 / (rank + 25)
		add(" "+w, 8*weight)
		add(w, 2*weight)
		add(" "+capital(w), weight)
		add(capital(w), weight)
	}
	for _, g := range glued {
		add(g, 1000)
	}
	return out
}

func capital(w string) string {
	_, n := utf8.DecodeRuneInString(w)
	return strings.ToUpper(w[:n]) + w[n:]
}
