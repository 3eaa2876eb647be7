package main

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/chimeraforge/duet/harness/plan"
)

// within leaves out the suites of which the shard has nothing (-duet.shard), which
// by themselves are an error. Settings that are wrong are the suites' to refuse.
func (o *options) within(w io.Writer) error {
	s, err := o.settings()
	if err != nil {
		return nil
	}
	var left []*plan.ShardError
	suites := slices.DeleteFunc(slices.Clone(o.suites), func(suite string) bool {
		_, err := s.Cells(suite)
		e, nothing := errors.AsType[*plan.ShardError](err)
		if nothing {
			left = append(left, e)
		}
		return nothing
	})
	if len(suites) == 0 {
		slices.SortStableFunc(left, func(a, b *plan.ShardError) int { return b.Most - a.Most })
		return fmt.Errorf("%w: %w", errUsage, left[0])
	}
	for _, e := range left {
		fmt.Fprintf(w, "# left out: suite %s, of which shard %s has nothing (it can be split into %d at most)\n", e.Suite, e.Shard, max(1, e.Most))
	}
	o.suites = suites
	return nil
}
