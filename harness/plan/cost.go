package plan

import (
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/workload"
)

// Work is what the settings say of how much a cell asks of its agents.
type Work struct {
	Budget  int  // tokens per call
	Unequal bool // the collector has workload.UnequalRatio of it
}

// What a run takes per million parameters, in nanoseconds: the study's 8 B model
// decoded 80 tokens a second, read 2500 of a prompt, and took 4.7 s to load. Only
// how they compare matters: how fast a machine is changes all cells alike.
const (
	decodeCost = 1_560
	promptCost = 50
	loadCost   = 590_000
	fixedCost  = 2_000_000_000 // of a run, whatever the model: watching the idle machine
	prompt     = 150           // tokens, with an answer in it
	passes     = 2             // alone and together, or baseline and tuned
)

// Cost is how long a run of a cell is expected to take, in nanoseconds of some
// machine, from the settings alone. Package harness foretells a session's duration
// from what its warm-up saw; a split must be the same before anything was seen.
func (w Work) Cost(c Cell) int64 {
	size := Parameters(c.Model())
	cost := int64(fixedCost)
	for _, r := range c.Roles {
		tokens := int64(workload.Budget(w.Budget, w.Unequal, r.Prompts()))
		cost += passes * workload.CallsPerAgent * size * (prompt*promptCost + tokens*decodeCost)
	}
	return cost + int64(c.loads())*size*loadCost
}

// loads is how often a run loads its model: once per agent or option; on one server
// with unequal options for each call, in any order of them.
func (c Cell) loads() int {
	switch {
	case c.Suite == record.SuiteSingle:
		return 2
	case c.Topology() != record.TopologyOne:
		return len(c.Roles)
	case c.Roles[0].Tuning == c.Roles[1].Tuning:
		return 1
	}
	return len(c.Roles) * (1 + workload.CallsPerAgent)
}
