// Package gpu is a pure model of one GPU that several jobs share: no clock, no
// goroutine, no I/O. The caller says what time it is; the model says what has
// happened by then, each event at its ideal time.
//
// # Shape
//
//	Job    the work of one request, as durations it would take alone
//	GPU    the jobs that run now: Join, Leave, NextOf, Advance
//	Event  loaded, token, done: what a Job does, and when
//
// # Why processor sharing with a loss
//
// A GPU that decodes two streams gives each less than half of what one had
// alone, because both fight for memory bandwidth and kernels of one wait for
// the other's. One number says how bad it is: with n active jobs each runs at
// Eta(loss, n) of the speed it has alone. The study behind duet (TR116) found a
// loss near 0.63, which is worse than taking turns (0.5).
//
// Completions are handled one after the other in the order of their ideal
// times, so it makes no difference whether Advance is called every nanosecond
// or once an hour: a late caller gets late news, not different news.
package gpu

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"
)

// Eta is the speed of each of n active jobs as a share of the speed it has
// alone: Eta(loss, 1) = 1 and Eta(loss, 2) = 1 - loss, with loss in [0, 1).
//
// Beyond two it is the power law through these points, n^log2(1-loss): every
// doubling of the jobs costs each the same share again. So loss 0 stays "a GPU
// of one's own" (1) and loss 0.5 stays "taking turns" (1/n) for every n.
func Eta(loss float64, n int) float64 {
	switch {
	case n <= 1 || loss == 0:
		return 1
	case n == 2:
		return 1 - loss
	}
	return math.Pow(float64(n), math.Log2(1-loss))
}

// TrueSpeedup is what speedup_measured must come out as when n agents with
// equal work run at the same time from start to end: n * Eta(loss, n). It is n
// without loss, 1 when taking turns would have been as fast, below 1 when it
// would have been faster.
func TrueSpeedup(loss float64, n int) float64 { return float64(n) * Eta(loss, n) }

// Job is the work of one request: first Load, then Prompt, then Tokens steps of
// Token each. Durations are what the phase takes with the GPU to itself.
//
// Token i (from 0) is ready i steps after the end of the prompt: the prompt's
// own evaluation yields the first token. The job is done one step after its
// last token, the step that finds out that there is no more to say. So the end
// of the prompt is the time to first token, and tokens per decode time is the
// decode rate, for the server and for the client alike.
type Job struct {
	Load   time.Duration // moves weights, not compute: takes its time whoever else runs, and slows nobody
	Prompt time.Duration
	Token  time.Duration // one decode step
	Tokens int           // decode steps; 0 ends with the prompt
	Jitter time.Duration // the most by which a step is longer or shorter than Token; see Ready
	Seed   uint64        // of the jitter: another seed, other steps
	Loss   float64       // see Eta; in [0, 1)
}

// Ready is the work done when token i is: the prompt's and i steps. The job's end
// is that of the token after its last.
//
// With Jitter a token lies up to half of it before or after its place in an even
// pace, so a step differs from Token by up to the whole, and nothing adds up. The
// first token, the last one and the end keep their places: time to first token,
// decode rate and duration are those of the even pace, exactly.
func (j Job) Ready(i int) time.Duration {
	at := j.Prompt + time.Duration(i)*j.Token
	if j.Jitter > 0 && i > 0 && i < j.Tokens-1 {
		at += time.Duration(j.draw(i)*float64(j.Jitter)) - j.Jitter/2
	}
	return at
}

// draw is a number in [0, 1) that belongs to the seed and the token alone.
func (j Job) draw(i int) float64 {
	return float64(rand.NewPCG(j.Seed, uint64(i)).Uint64()>>11) / (1 << 53)
}

// Check returns what is wrong with a job.
func (j Job) Check() error {
	switch {
	case j.Load < 0 || j.Prompt < 0 || j.Token < 0 || j.Tokens < 0:
		return fmt.Errorf("gpu: negative work: %+v", j)
	case j.Jitter < 0 || j.Jitter > j.Token:
		return fmt.Errorf("gpu: jitter %v of steps of %v; allowed: 0 to the step", j.Jitter, j.Token)
	case !(j.Loss >= 0 && j.Loss < 1):
		return fmt.Errorf("gpu: loss %v; allowed: 0 up to, not including, 1", j.Loss)
	}
	return nil
}

// Kind is what happened to a job.
type Kind int

// Kinds of Event.
const (
	Loaded Kind = iota // the model is in memory; only when Load > 0
	Token              // one token is ready; Index counts from 0
	Done               // the job left the GPU
)

func (k Kind) String() string { return [...]string{"loaded", "token", "done"}[k] }

// ID names a job on its GPU; never 0.
type ID int

// Event is one thing that happened to one job.
type Event struct {
	Job   ID
	Kind  Kind
	Index int           // of the token
	At    time.Duration // ideal time, on the line of Join and Advance
}

// Power is what the GPU draws, in watts, by the number of jobs that share it.
// It depends on nothing else, so the energy of a window is known exactly.
type Power struct {
	Idle    float64 // with no job
	First   float64 // more, with one
	Further float64 // more, with each beyond the first
}

// DefaultPower is in the order of magnitude of the study's 12 GB card, whose
// draw the study did not measure: invented, like everything simulated. A second
// job costs little, because one alone keeps the memory bus busy.
var DefaultPower = Power{Idle: 20, First: 160, Further: 12}

// Watts is the draw with a number of active jobs.
func (p Power) Watts(active int) float64 {
	if active <= 0 {
		return p.Idle
	}
	return p.Idle + p.First + float64(active-1)*p.Further
}

// Check returns what is wrong with a power.
func (p Power) Check() error {
	if !(p.Idle >= 0 && p.First >= 0 && p.Further >= 0) {
		return fmt.Errorf("gpu: power %+v; allowed: not negative", p)
	}
	return nil
}
