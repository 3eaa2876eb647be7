package plan

import (
	"github.com/chimeraforge/duet/harness/record"
)

// Names of the topologies, for people: how many servers the agents of a dual
// cell have. It is a coordinate of the cell, so that two and one are compared in
// one session, under one drift; and part of the backend's label, so that they
// never share a mean.
const (
	TopologyTwo = "two" // one for each agent, one request at a time
	TopologyOne = record.TopologyOne
)

// Topologies are all of them.
func Topologies() []string { return []string{TopologyTwo, TopologyOne} }

// CheckTopologies returns an error that says what is allowed for an unknown name.
func CheckTopologies(names []string) error { return check("topology", names, Topologies()) }

// topologies are the plan's, as a cell has them.
func (p Plan) topologies() []string {
	if len(p.Topologies) == 0 {
		return []string{""}
	}
	var out []string
	for _, t := range p.Topologies {
		if t == TopologyTwo {
			t = ""
		}
		out = append(out, t)
	}
	return out
}
