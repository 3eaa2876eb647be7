package synthetic

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestTrainingMakesEveryWordOnePiece(t *testing.T) {
	words := []corpusWord{
		{strings.Split("low", ""), 5}, {strings.Split("lower", ""), 2}, {strings.Split("newest", ""), 6}, {strings.Split("widest", ""), 3},
	}
	merges := train(words, 1000)
	assert.Equal(t, pair{"e", "s"}, merges[0], "9 times; before \"st\", as often, because it sorts first")
	for _, w := range words {
		assert.Len(t, w.pieces, 1)
	}
}

func TestTrainingStopsAtItsLimit(t *testing.T) {
	assert.Len(t, train([]corpusWord{{strings.Split("throughput", ""), 1}}, 3), 3)
	assert.Empty(t, train(nil, 3))
}

func TestMergedTakesPairsFromTheLeft(t *testing.T) {
	assert.Equal(t, []string{"aa", "a"}, merged([]string{"a", "a", "a"}, pair{"a", "a"}))
}

func TestVocabulariesHoldEveryWordAndSayOnlyThose(t *testing.T) {
	for name, v := range map[string]*vocabulary{"bytes": bytePair("<end>"), "pieces": sentencePiece()} {
		assert.LessOrEqual(t, len(v.tokens), vocabularySize, name)
		said := 0
		for id, ok := range v.said {
			if ok {
				said++
				assert.Equal(t, typeNormal, v.types[id])
			}
		}
		assert.Equal(t, len(words()), said, name)
		assert.Len(t, v.id, len(v.tokens), "%s: a token is there twice", name)
	}
}

func TestEveryByteHasItsOwnPrintableLetter(t *testing.T) {
	seen := map[rune]bool{}
	for _, r := range letters {
		assert.False(t, seen[r])
		seen[r] = true
	}
	assert.Equal(t, "ĠtheĊ", spellBytes(" the\n"))
}

func TestTheWordListHasEachWordOnce(t *testing.T) {
	list := strings.Fields(wordList)
	assert.Equal(t, list, words())
	assert.True(t, slices.Contains(list, "throughput"))
}
