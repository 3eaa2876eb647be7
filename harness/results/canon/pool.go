package canon

import (
	"slices"

	"github.com/chimeraforge/duet/harness/record"
)

// chunk is how many values are allocated at a time: about as many as a run has,
// so that a run that is kept keeps little of another.
const chunk = 128

// pool hands out places for values.
type pool[T any] struct {
	chunks [][]T
	used   int
}

func (p *pool[T]) next() *T {
	i := p.used / chunk
	if i == len(p.chunks) {
		p.chunks = append(p.chunks, make([]T, chunk))
	}
	p.used++
	return &p.chunks[i][(p.used-1)%chunk]
}

// again lets the places that were handed out be handed out again.
func (p *pool[T]) again() { p.used = 0 }

// leave gives up the places that were handed out to whoever has them.
func (p *pool[T]) leave() {
	p.chunks = slices.Delete(p.chunks, 0, p.used/chunk)
	p.used %= chunk
}

// next is a run to be read into.
func (r *Reader) next() *record.Run {
	if !r.Lean {
		r.ints.leave()
		r.floats.leave()
		r.timings.leave()
		return &record.Run{}
	}
	r.ints.again()
	r.floats.again()
	r.timings.again()
	r.run = record.Run{}
	return &r.run
}

func (r *Reader) newInt(v int64) *int64 {
	if r.lasting {
		p := new(int64) // not &v, which would cost every call
		*p = v
		return p
	}
	p := r.ints.next()
	*p = v
	return p
}

func (r *Reader) newFloat(v float64) *float64 {
	if r.lasting {
		p := new(float64)
		*p = v
		return p
	}
	p := r.floats.next()
	*p = v
	return p
}

func (r *Reader) newTimings() *record.ServerTimings {
	p := r.timings.next()
	*p = record.ServerTimings{}
	return p
}

// kept is s for the run: a copy without room to grow, empty and not nil where s
// is empty, or s itself where the run is the reader's.
func kept[T any](r *Reader, s []T) []T {
	if r.Lean && len(s) > 0 {
		return s
	}
	return append(make([]T, 0, len(s)), s...)
}
