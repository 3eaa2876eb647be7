package results

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"

	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
)

// upgradeFile brings a session.json of the first layout to this one, with those
// that were merged into it. Its cells it has not: see expand.
func upgradeFile(data []byte) ([]byte, error) {
	var f map[string]any
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := d.Decode(&f); err != nil {
		return nil, err
	}
	upgradeSession(f)
	return json.Marshal(f)
}

func upgradeSession(f map[string]any) {
	f["schema"] = FileSchema
	record.UpgradeServers(f["servers"])
	if found, ok := f["spoilers"]; ok {
		record.UpgradeFindings(found)
		f["findings"] = found
		delete(f, "spoilers")
	}
	merged, _ := f["merged"].([]any)
	for _, m := range merged {
		if m, ok := m.(map[string]any); ok {
			if s, ok := m["session"].(map[string]any); ok {
				upgradeSession(s)
			}
		}
	}
}

// expand makes the cells of a session of the first layout, which kept none, out of
// its plan. No other reader makes cells.
func (f *File) expand() {
	for i := range f.Merged {
		f.Merged[i].Session.expand()
	}
	compared := f.Compared()
	for _, m := range f.Merged {
		f.Keep(m.CellsIn(compared)...)
	}
	shard, err := plan.ParseShard(f.Plan.Shard)
	if err != nil || len(f.Merged) > 0 {
		return
	}
	p := plan.Plan{
		Models: f.Plan.Models, Runtimes: f.Plan.Runtimes, Scenarios: f.Plan.Scenarios, Topologies: f.Plan.Topology, Ctx: f.Plan.Ctx,
	}
	work := plan.Work{Budget: f.Plan.Budget, Unequal: f.Plan.Unequal}
	for _, suite := range slices.Sorted(maps.Keys(f.Suites)) {
		all, err := plan.CellsOf(suite, p)
		if err != nil {
			continue // a plan of another version; its cells are not ours to name
		}
		if all, err = shard.Divide(suite, all, p, work); err == nil {
			f.Keep(all...)
		}
	}
}
