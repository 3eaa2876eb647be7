package plan

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
)

// Shard is one of several parts of the matrix, each for a machine of its own.
// The zero Shard is all of it.
type Shard struct{ I, N int } // the i-th of n, from 1

// MostShards is more machines than anybody has.
const MostShards = 1000

var shardText = regexp.MustCompile(`^([1-9][0-9]{0,3})/([1-9][0-9]{0,3})$`)

// ParseShard reads "i/n". Nothing, and 1/1, is all of the matrix.
func ParseShard(text string) (Shard, error) {
	if text == "" {
		return Shard{}, nil
	}
	m := shardText.FindStringSubmatch(text)
	if m == nil {
		return Shard{}, errShard
	}
	i, _ := strconv.Atoi(m[1]) // they are a few digits
	n, _ := strconv.Atoi(m[2])
	if i > n || n > MostShards {
		return Shard{}, errShard
	}
	if n == 1 {
		return Shard{}, nil
	}
	return Shard{i, n}, nil
}

var errShard = fmt.Errorf("shard must be i/n, such as 2/3: the second of three parts; n up to %d", MostShards)

// All reports whether a shard is the whole matrix.
func (s Shard) All() bool { return s.N == 0 }

// String is the shard as ParseShard reads it.
func (s Shard) String() string {
	if s.All() {
		return ""
	}
	return fmt.Sprintf("%d/%d", s.I, s.N)
}

// ShardError says that a suite has nothing for a shard.
type ShardError struct {
	Shard Shard
	Suite string
	Most  int // shards in which the suite has something for each
}

func (e *ShardError) Error() string {
	if e.Most < 2 {
		return fmt.Sprintf("-duet.shard=%s: there is nothing of the %s suite in it; with these settings it cannot be split", e.Shard, e.Suite)
	}
	return fmt.Sprintf("-duet.shard=%s: there is nothing of the %s suite in it; with these settings it can be split into %d at most (-duet.shard=i/%d)", e.Shard, e.Suite, e.Most, e.Most)
}

// # How the matrix is split
//
// Every machine splits the whole matrix by itself and takes its own part, before
// anything is measured. So the split may depend on the settings alone, and is made
// of whole numbers, which are the same on every processor.
//
// What is read side by side stays on one machine: a unit of the split is all cells
// of a model and scenario, with every runtime and topology; in the single suite
// all of a model's, since tuned against baseline is the question there.
//
// Units go longest first to the shard that has least so far. Equally long ones of
// each model begin with another scenario: with three models, scenarios and machines
// each machine would be a scenario else. Each suite is split by itself, so that one
// suite alone is split evenly too; then the shard with most of the one suite gets
// least of the other, which is the pairing with the smallest longest sum.
//
// Another split, or another cost, makes cells of shards that were measured before
// other shards'. Sessions of two commits are never merged, but one that was measured
// at an older is then said not to be of its shard: change neither without a reason.

// unit is what is not taken apart.
type unit struct {
	key, model string
	cost       int64
	ids        []string
}

// part is what one shard has of one suite.
type part struct {
	cost int64
	ids  map[string]bool
}

// CellsOf are a suite's cells of a plan.
func CellsOf(suite string, p Plan) ([]Cell, error) {
	switch suite {
	case record.SuiteSingle:
		return Single.Cells(p)
	case record.SuiteMulti:
		return Multi.Cells(p)
	}
	return nil, fmt.Errorf("suite %q is none of the study's: its cells are its experiment's", suite)
}

// Cells are a shard's cells of a suite, in the order of the matrix. Where there
// are none the error is a ShardError.
func (s Shard) Cells(suite string, p Plan, w Work) ([]Cell, error) {
	all, err := CellsOf(suite, p)
	if err != nil {
		return nil, err
	}
	all, err = s.Divide(suite, all, p, w)
	return s.Own(all), err
}

// Divide says of all cells of a suite which shard each belongs to, where s is one of
// several. The study's two suites are split with each other in mind. Where there are
// none for s the error is a ShardError.
func (s Shard) Divide(suite string, all []Cell, p Plan, w Work) (_ []Cell, err error) {
	if s.All() {
		return all, nil
	}
	of := units(all, w)
	parts, most := longestFirst(of, s.N), len(of)
	if suite == record.SuiteSingle || suite == record.SuiteMulti {
		if parts, most, err = split(suite, p, w, s.N); err != nil {
			return nil, err
		}
	}
	all = slices.Clone(all)
	for i, c := range all {
		has := func(p part) bool { return p.ids[c.ID] }
		all[i].Shard = Shard{slices.IndexFunc(parts, has) + 1, s.N}.String()
	}
	if len(s.Own(all)) == 0 {
		return nil, &ShardError{s, suite, most}
	}
	return all, nil
}

// Own are a shard's of cells that are divided.
func (s Shard) Own(all []Cell) []Cell {
	return slices.DeleteFunc(slices.Clone(all), func(c Cell) bool { return c.Shard != s.String() })
}

// split is a suite in n parts, and how many could have something in them.
func split(suite string, p Plan, w Work, n int) (parts []part, most int, err error) {
	multi, err := CellsOf(record.SuiteMulti, p)
	if err != nil {
		return nil, 0, err
	}
	of := units(multi, w)
	parts = longestFirst(of, n)
	if suite == record.SuiteMulti {
		return parts, len(of), nil
	}
	single, err := CellsOf(record.SuiteSingle, p)
	if err != nil {
		return nil, 0, err
	}
	of = units(single, w)
	return counterbalanced(longestFirst(of, n), parts), len(of), nil
}

// units puts cells that stay together into one, longest first.
func units(cells []Cell, w Work) []unit {
	at := map[string]int{}
	var out []unit
	for _, c := range cells {
		key := c.Model() + "\x00" + c.Scenario()
		i, ok := at[key]
		if !ok {
			i = len(out)
			at[key], out = i, append(out, unit{key: key, model: c.Model()})
		}
		out[i].cost += w.Cost(c)
		out[i].ids = append(out[i].ids, c.ID)
	}
	slices.SortFunc(out, func(a, b unit) int { return cmp.Or(cmp.Compare(b.cost, a.cost), strings.Compare(a.key, b.key)) })
	return turned(out)
}

// turned turns each model's units of one length by one place more than those of the
// model before it.
func turned(units []unit) []unit {
	out := make([]unit, 0, len(units))
	models := []string{}
	for len(units) > 0 {
		n := 1
		for n < len(units) && units[n].cost == units[0].cost && units[n].model == units[0].model {
			n++
		}
		rank := slices.Index(models, units[0].model)
		if rank < 0 {
			rank, models = len(models), append(models, units[0].model)
		}
		out = append(append(out, units[rank%n:n]...), units[:rank%n]...)
		units = units[n:]
	}
	return out
}

// longestFirst gives each unit to the part with least, the first of equals.
func longestFirst(units []unit, n int) []part {
	parts := make([]part, n)
	for i := range parts {
		parts[i].ids = map[string]bool{}
	}
	for _, u := range units {
		least := 0
		for i := range parts {
			if parts[i].cost < parts[least].cost {
				least = i
			}
		}
		parts[least].cost += u.cost
		for _, id := range u.ids {
			parts[least].ids[id] = true
		}
	}
	return parts
}

// counterbalanced orders parts so that the longest stands where others is shortest.
func counterbalanced(parts, others []part) []part {
	order := func(of []part) []int {
		out := make([]int, len(of))
		for i := range out {
			out[i] = i
		}
		slices.SortStableFunc(out, func(a, b int) int { return cmp.Compare(of[a].cost, of[b].cost) })
		return out
	}
	short, long := order(others), order(parts)
	slices.Reverse(long)
	out := make([]part, len(parts))
	for i := range out {
		out[short[i]] = parts[long[i]]
	}
	return out
}
