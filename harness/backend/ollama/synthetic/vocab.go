package synthetic

import (
	"fmt"
	"strings"
	"sync"
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
