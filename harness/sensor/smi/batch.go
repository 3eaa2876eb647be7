package smi

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/chimeraforge/duet/harness/sensor"
)

// batch gathers the list of processes that belongs to one time stamp: a line is
// one process on one GPU, and nothing says where the list ends but the next.
type batch struct {
	stamp string
	ns    int64
	held  map[int][]sensor.Process // by device
}

// add takes a line and returns the samples of the list before, once it is
// complete.
func (b *batch) add(l line, places map[string]int) (done []sensor.Sample, err error) {
	f := strings.Split(l.text, ",")
	if len(f) != 4 {
		return nil, fmt.Errorf("nvidia-smi: unexpected line of processes %q", oneLine(l.text))
	}
	for i := range f {
		f[i] = strings.TrimSpace(f[i])
	}
	if b.held == nil || f[0] != b.stamp {
		done = b.samples()
		*b = batch{stamp: f[0], ns: l.at(f[0]), held: map[int][]sensor.Process{}}
	}
	if strings.HasPrefix(f[1], "MIG-") {
		return done, nil // an instance, whose board is not named
	}
	pid, err := strconv.Atoi(f[2])
	place, ok := places[f[1]]
	if err != nil || !ok {
		return done, fmt.Errorf("nvidia-smi: unexpected line of processes %q", oneLine(l.text))
	}
	// Windows and MIG do not say how much a process holds: it is not listed then.
	if used := number(f[3], 1<<20); used != nil {
		b.held[place] = append(b.held[place], sensor.Process{PID: pid, UsedB: *used})
	}
	return done, nil
}

func (b *batch) samples() (out []sensor.Sample) {
	for _, place := range slices.Sorted(maps.Keys(b.held)) {
		out = append(out, sensor.Sample{NS: b.ns, Device: place, Processes: b.held[place]})
	}
	return out
}
