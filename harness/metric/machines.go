package metric

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// saidMachines is the sentence under every table of a merged session; "" where one
// machine made every run. Machines are never averaged, but a reader's eye goes down
// a column.
func (s *Set) saidMachines() string {
	found := map[string]bool{}
	for _, r := range s.Rows {
		if m := r.Run.Backend.Machine; m != "" {
			found[m] = true
		}
	}
	if len(found) < 2 {
		return ""
	}
	return fmt.Sprintf("Of %d machines (%s): every row is of one, which its backend names, and a difference between rows of two is the machines' too.",
		len(found), strings.Join(slices.Sorted(maps.Keys(found)), ", "))
}
