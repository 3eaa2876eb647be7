package synthetic

import (
	"cmp"
	_ "embed"
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"
)

// Token types of the GGUF format.
const (
	typeNormal  = int32(1)
	typeUnknown = int32(2)
	typeControl = int32(3)
	typeUnused  = int32(5)
	typeByte    = int32(6)
)

// vocabularySize bounds what is learned; the files stay small and the output
// layer keeps the share of the work that it has in a small real model.
const vocabularySize = 4096

// vocabulary is a tokenizer's table: a token's id is its index.
type vocabulary struct {
	tokens []string
	types  []int32
	scores []float32 // SentencePiece: what merges first
	merges []string  // BPE: in order
	said   []bool    // may be generated
	id     map[string]uint32
}

func newVocabulary() *vocabulary { return &vocabulary{id: map[string]uint32{}} }

// add appends a token; one that is there already stays as it is.
func (v *vocabulary) add(token string, typ int32) {
	if _, ok := v.id[token]; ok {
		return
	}
	v.id[token] = uint32(len(v.tokens))
	v.tokens = append(v.tokens, token)
	v.types = append(v.types, typ)
	v.scores = append(v.scores, -float32(len(v.tokens)))
	v.said = append(v.said, false)
}

// fill adds tokens that no text has and no reply says, until there are n: the
// output layer of a full-size model is as large as the real one's.
func (v *vocabulary) fill(n int) {
	for len(v.tokens) < n {
		v.add(fmt.Sprintf("<|unused %d|>", len(v.tokens)), typeUnused)
	}
}

// learnable is what is left of a vocabulary beside bytes and control tokens.
const learnable = vocabularySize - 256 - 8

// What training finds in the two alphabets.
var (
	byteMerges  = sync.OnceValue(func() []pair { return train(corpus(spellBytes), learnable) })
	pieceMerges = sync.OnceValue(func() []pair { return train(corpus(spellPieces), learnable) })
)

// learn adds the pieces that training found, and lets the whole words be said.
func (v *vocabulary) learn(spell func(string) string, merges []pair) {
	for _, m := range merges {
		v.merges = append(v.merges, m[0]+" "+m[1])
		v.add(m[0]+m[1], typeNormal)
	}
	for _, w := range words() {
		if id, ok := v.id[spell(" "+w)]; ok {
			v.said[id] = true
		}
	}
}

// bytePair is GPT-2's byte-level vocabulary: every byte has a token, so that
// any prompt can be encoded. Control tokens come last, as in the real models.
func bytePair(controls ...string) *vocabulary {
	v := newVocabulary()
	for b := range 256 {
		v.add(string(letters[b]), typeNormal)
	}
	v.learn(spellBytes, byteMerges())
	for _, c := range controls {
		v.add(c, typeControl)
	}
	return v
}

// letters are the printable runes that stand for the bytes in GPT-2's alphabet:
// a printable byte for itself, the others from U+0100 on, in order.
var letters = func() (out [256]rune) {
	next := rune(256)
	for b := range out {
		out[b] = rune(b)
		if !(b >= 33 && b <= 126 || b >= 161 && b <= 172 || b >= 174) {
			out[b] = next
			next++
		}
	}
	return out
}()

func spellBytes(text string) string {
	var s strings.Builder
	for _, b := range []byte(text) {
		s.WriteRune(letters[b])
	}
	return s.String()
}

// sentencePiece is a vocabulary with byte fallback, in the order of ids that
// Gemma has. A piece's score falls with its rank, so that merging by score
// retraces the merges of the training.
func sentencePiece() *vocabulary {
	v := newVocabulary()
	for _, s := range []string{"<pad>", "<eos>", "<bos>", "<unk>", "<start_of_turn>", "<end_of_turn>"} {
		v.add(s, typeControl)
	}
	v.types[v.id["<unk>"]] = typeUnknown
	for b := range 256 {
		v.add(fmt.Sprintf("<0x%02X>", b), typeByte)
	}
	v.learn(spellPieces, pieceMerges())
	return v
}

func spellPieces(text string) string { return strings.ReplaceAll(text, " ", "▁") }

// pair is two pieces that stand side by side.
type pair [2]string

// corpusWord is a word of the training list, as the pieces it is made of so far.
type corpusWord struct {
	pieces []string
	weight int
}

// train learns byte-pair merges: again and again the most frequent pair of
// neighbours becomes one piece, until every word of the corpus is one piece or
// there are limit merges. A word that was learned to its end is therefore one
// token, and other words fall into the pieces they share with it. Ties go to
// the pair that sorts first.
func train(corpus []corpusWord, limit int) []pair {
	var merges []pair
	counts := map[pair]int{}
	for _, w := range corpus {
		count(counts, w, +1)
	}
	for len(counts) > 0 && len(merges) < limit {
		best := mostFrequent(counts)
		merges = append(merges, best)
		for i := range corpus {
			mergeWord(counts, &corpus[i], best)
		}
	}
	return merges
}

// mergeWord applies one merge to one word and keeps the counts true.
func mergeWord(counts map[pair]int, w *corpusWord, p pair) {
	if !has(w.pieces, p) {
		return
	}
	count(counts, *w, -1)
	w.pieces = merged(w.pieces, p)
	count(counts, *w, +1)
}

func has(pieces []string, p pair) bool {
	for i := 1; i < len(pieces); i++ {
		if pieces[i-1] == p[0] && pieces[i] == p[1] {
			return true
		}
	}
	return false
}

func merged(pieces []string, p pair) []string {
	var out []string
	for i := 0; i < len(pieces); i++ {
		if i+1 < len(pieces) && pieces[i] == p[0] && pieces[i+1] == p[1] {
			out = append(out, p[0]+p[1])
			i++
			continue
		}
		out = append(out, pieces[i])
	}
	return out
}

// count adds a word's pairs, sign times its weight.
func count(counts map[pair]int, w corpusWord, sign int) {
	for i := 1; i < len(w.pieces); i++ {
		p := pair{w.pieces[i-1], w.pieces[i]}
		counts[p] += sign * w.weight
		if counts[p] == 0 {
			delete(counts, p)
		}
	}
}

func mostFrequent(counts map[pair]int) pair {
	var best pair
	most := 0
	for p, n := range counts {
		if n > most || n == most && before(p, best) {
			best, most = p, n
		}
	}
	return best
}

func before(a, b pair) bool {
	return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) < 0
}

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
