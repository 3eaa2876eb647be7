package metric

import (
	"cmp"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/chimeraforge/duet/harness/record"
)

// shelf is where the runs of one cell stand; they differ in their number.
type shelf struct{ session, label, suite, cell string }

// shelfOf is a run's key among the cells.
func shelfOf(r *record.Run) shelf { return shelf{r.Session, r.Label(), r.Suite, r.Cell.Key()} }

// ordered is rows in the order of the tables. There are far fewer cells than
// runs, so the cells are sorted, and then the runs of each.
func ordered(rows []*Row) []*Row {
	shelves := map[shelf]*[]*Row{}
	var last shelf
	var on *[]*Row
	for _, r := range rows {
		if k := shelfOf(r.Run); on == nil || k != last {
			if last, on = k, shelves[k]; on == nil {
				on = &[]*Row{}
				shelves[k] = on
			}
		}
		*on = append(*on, r)
	}
	keys := make([]shelf, 0, len(shelves))
	for k := range shelves {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b shelf) int { return compareCells((*shelves[a])[0].Run, (*shelves[b])[0].Run) })
	inParallel(len(keys), 1, func(i int) { slices.SortStableFunc(*shelves[keys[i]], compareNumbers) })
	out := make([]*Row, 0, len(rows))
	for _, k := range keys {
		out = append(out, *shelves[k]...)
	}
	return out
}

// compareCells is the order of the tables. The last key holds every coordinate, so
// that no two cells are equal and the order of reading changes nothing.
func compareCells(a, b *record.Run) int {
	x, y := a.Cell, b.Cell
	return cmp.Or(
		cmp.Compare(a.Session, b.Session),
		cmp.Compare(a.Label(), b.Label()),
		cmp.Compare(a.Suite, b.Suite),
		cmp.Compare(x.Runtime(), y.Runtime()),
		cmp.Compare(x.Model(), y.Model()),
		cmp.Compare(x.Scenario(), y.Scenario()),
		cmp.Compare(x.GPU(), y.GPU()),
		cmp.Compare(x.Ctx(), y.Ctx()),
		cmp.Compare(x.Temp(), y.Temp()),
		cmp.Compare(x.Machine(), y.Machine()),
		cmp.Compare(x.Key(), y.Key()),
	)
}

// compareNumbers is the order of a cell's runs. Where two have one number their
// start decides, and at last the file.
func compareNumbers(a, b *Row) int {
	if c := cmp.Compare(a.Run.RunNumber, b.Run.RunNumber); c != 0 {
		return c
	}
	return cmp.Or(a.Run.Started.Compare(b.Run.Started), cmp.Compare(a.Path, b.Path))
}

// batch is how many rows a processor takes at a time.
const batch = 64

// inParallel calls do for 0 … n−1 on every processor, batch of them at a time;
// the calls must not depend on each other, so that the result does not depend on
// their order.
func inParallel(n, batch int, do func(i int)) {
	var next atomic.Int64
	take := func() int { return int(next.Add(int64(batch))) - batch }
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), (n+batch-1)/batch) {
		wg.Go(func() {
			for from := take(); from < n; from = take() {
				for i := from; i < min(from+batch, n); i++ {
					do(i)
				}
			}
		})
	}
	wg.Wait()
}
