package synthetic

import "cmp"

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
