package gpu

import "fmt"

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
