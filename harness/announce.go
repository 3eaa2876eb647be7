package harness

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/docker/go-units"

	"github.com/chimeraforge/duet/harness/record"
)

// contained says what a server in a container was given; "" for others.
func contained(c *record.Container) string {
	if c == nil {
		return ""
	}
	parts := []string{fmt.Sprintf(", container %.12s of %s (%.19s)", c.ID, c.Image, c.ImageID), "GPUs: " + c.GPUs}
	if c.CPUs > 0 {
		parts = append(parts, fmt.Sprintf("at most %g processors", c.CPUs))
	}
	if c.MemoryB > 0 {
		parts = append(parts, "at most "+units.BytesSize(float64(c.MemoryB)))
	}
	return strings.Join(parts, ", ")
}

// saidThreads is num_thread, by server where they differ; "" where none is sent.
func (v speed) saidThreads() string {
	var each []string
	values := map[int]bool{}
	for _, id := range slices.Sorted(maps.Keys(v.threads)) {
		values[v.threads[id]] = true
		each = append(each, fmt.Sprintf("%d (%s)", v.threads[id], id))
	}
	one := slices.Collect(maps.Keys(values))
	switch {
	case len(one) == 1 && one[0] == 0:
		return ""
	case len(one) == 1:
		return fmt.Sprint(one[0])
	}
	return strings.Join(each, ", ")
}
