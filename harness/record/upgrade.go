package record

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
)

// FirstSchema is the layout of the first edition.
const FirstSchema = "duet.run/1"

// object is a JSON object whose numbers are as they stand in the text.
type object = map[string]any

// Upgrade brings the text of a run of the first layout to this one. What it cannot
// make sense of it leaves for the decoder to refuse.
func Upgrade(data []byte) ([]byte, error) {
	var run object
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := d.Decode(&run); err != nil {
		return nil, err
	}
	run["schema"] = Schema
	backend, _ := run["backend"].(object)
	if cell, ok := run["cell"].(object); ok {
		run["cell"] = upgradeCell(cell, backend["topology"])
	}
	delete(backend, "topology")
	each(run["agents"], func(a object) { a["server"] = a["id"]; rename(a, "id", "name") })
	UpgradeServers(run["servers"])
	each(run["passes"], upgradePass)
	if derived, ok := run["derived"].(object); ok {
		run["derived"] = upgradeDerived(derived)
	}
	rename(run, "warnings", "findings")
	UpgradeFindings(run["findings"])
	return json.Marshal(run)
}

// UpgradeFindings makes findings of what the first layout has: the warnings of a
// run, or what may have spoiled a session.
func UpgradeFindings(list any) {
	each(list, func(f object) {
		f["verdict"], f["severity"] = Found, SeverityWarning
		rename(f, "agent", "subject")
		rename(f, "message", "evidence")
		rename(f, "found", "evidence")
	})
}

// UpgradeServers brings a list of servers to this layout.
func UpgradeServers(servers any) {
	each(servers, func(s object) {
		rename(s, "id", "name")
		rename(s, "parallel", "slots_asked")
		s["protocol"], s["tokens_source"] = ProtocolOllama, TokensServer
	})
}

// upgradeCell makes coordinates of a cell's fields, in the order of its name.
func upgradeCell(cell object, topology any) object {
	var list []Coordinate
	cell["topology"] = topology
	for _, name := range []string{CoordModel, CoordRuntime, CoordScenario, CoordTopology, CoordMachine, CoordGPU, CoordCtx, CoordTemp} {
		value := fmt.Sprint(cell[name])
		if n, ok := cell[name].(json.Number); ok && name == CoordTemp {
			if x, err := n.Float64(); err == nil {
				value = Decimal(x)
			}
		}
		if cell[name] != nil && value != "" {
			list = append(list, Coordinate{name, value})
		}
	}
	return object{"id": cell["id"], "coordinates": list}
}

// upgradePass names the options of a pass of the single suite.
func upgradePass(p object) {
	switch p["kind"] {
	case PassBaseline:
		p["variant"] = "baseline"
	case PassTuned:
		p["variant"] = "chimera"
	}
}

// upgradeDerived makes maps of the fields that were quantities.
func upgradeDerived(d object) object {
	each(d["agents"], func(a object) {
		values := object{}
		for name, v := range a {
			if name != "agent" && name != "pass" {
				values[name] = v
				delete(a, name)
			}
		}
		a["values"] = values
	})
	out := object{}
	values := object{}
	for name, v := range d {
		switch {
		case slices.Contains([]string{"agents", "energy"}, name):
			out[name] = v
		case v == true:
			values[name] = 1
		case v == false:
			values[name] = 0
		default:
			values[name] = v
		}
	}
	out["values"] = values
	return out
}

func rename(o object, from, to string) {
	if v, ok := o[from]; ok {
		o[to] = v
		delete(o, from)
	}
}

// each calls do with the objects of a list.
func each(list any, do func(object)) {
	items, _ := list.([]any)
	for _, it := range items {
		if o, ok := it.(object); ok {
			do(o)
		}
	}
}
