package results

import (
	"cmp"
	"flag"
	"slices"
	"strconv"
	"strings"

	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/settings"
)

// wishes are the flags of the settings in which the plan differs from the
// defaults, in the order of the settings' table.
func (p Plan) wishes() []string {
	values, usual := p.values(), defaults().values()
	var out []string
	for _, f := range settings.Fields {
		if v, ok := values[f.Name]; ok && v != usual[f.Name] {
			out = append(out, "-"+f.Flag()+"="+v)
		}
	}
	if len(p.Endpoints) == 2 && p.Endpoints[0] == p.Endpoints[1] {
		out = append(out, "-duet.same=true")
	}
	return out
}

// defaults is the plan of a command without any setting.
func defaults() Plan {
	none := func(string) (string, bool) { return "", false }
	s, err := settings.Register(flag.NewFlagSet("", flag.ContinueOnError)).Load(none)
	if err != nil {
		panic("record: the defaults are not allowed: " + err.Error())
	}
	return NewPlan(s, "", "", "")
}

// values are the plan's settings as the text that a flag takes.
func (p Plan) values() map[string]string {
	return map[string]string{
		"models":    models(p.Models),
		"runtimes":  strings.Join(p.Runtimes, ","),
		"scenarios": strings.Join(p.Scenarios, ","),
		"shard":     p.Shard,
		"rounds":    strconv.Itoa(p.Rounds),
		"rerun":     strconv.FormatBool(p.Rerun),
		"budget":    strconv.Itoa(p.Budget),
		"unequal":   strconv.FormatBool(p.Unequal),
		"ctx":       strconv.Itoa(p.Ctx),
		"seed":      strconv.FormatUint(p.Seed, 10),
		"servers":   p.Servers,
		"endpoints": strings.Join(p.Endpoints, ","),
		"ollama":    p.Ollama,
		"topology":  cmp.Or(strings.Join(p.Topology, ","), plan.TopologyTwo), // of a version that had no other
		"separate":  strconv.FormatBool(p.Separate),
		"image":     p.Image,
		"gpus":      cmp.Or(p.GPUs, settings.Auto),
		"cpus":      strconv.FormatFloat(p.CPUs, 'g', -1, 64),
		"memory":    strconv.FormatInt(p.MemoryB, 10),
		"threads":   strconv.Itoa(p.Threads),
		"timescale": strconv.FormatFloat(p.Timescale, 'g', -1, 64),
	}
}

// models names a list by its short word where it has one.
func models(list []string) string {
	if slices.Equal(list, plan.Tiny) {
		return "tiny"
	}
	return strings.Join(list, ",")
}
