package canon

import "github.com/chimeraforge/duet/harness/metrics"

// chunk is how many optional numbers are allocated at a time: about as many as
// a run has, so that a run that is kept keeps little of another.
const chunk = 128

func (r *Reader) newInt(v int64) *int64 {
	if len(r.ints) == 0 {
		r.ints = make([]int64, chunk)
	}
	p := &r.ints[0]
	r.ints, *p = r.ints[1:], v
	return p
}

func (r *Reader) newFloat(v float64) *float64 {
	if len(r.floats) == 0 {
		r.floats = make([]float64, chunk)
	}
	p := &r.floats[0]
	r.floats, *p = r.floats[1:], v
	return p
}

func (r *Reader) newTimings() *metrics.ServerTimings {
	if len(r.timings) == 0 {
		r.timings = make([]metrics.ServerTimings, chunk/8)
	}
	p := &r.timings[0]
	r.timings = r.timings[1:]
	return p
}
