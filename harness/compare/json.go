package compare

import (
	"encoding/json"

	"github.com/chimeraforge/duet/harness/stats"
)

// Schema names the version of a comparison's JSON.
const Schema = "duet.compare/1"

// What a comparison says to machines. What is absent is left out.
type (
	document struct {
		Schema      string       `json:"schema"`
		Old         sideJSON     `json:"old"`
		New         sideJSON     `json:"new"`
		Differences []Difference `json:"differences"`
		OnlyOld     []string     `json:"only_old"`
		OnlyNew     []string     `json:"only_new"`
		Metrics     []metricJSON `json:"metrics"`
	}
	sideJSON struct {
		Name    string            `json:"name"`
		Label   string            `json:"label,omitempty"`
		Backend string            `json:"backend,omitempty"`
		Facts   map[string]string `json:"facts"`
	}
	metricJSON struct {
		Unit    string     `json:"unit"`
		Better  string     `json:"better"` // higher, lower, unknown
		Geomean *float64   `json:"geomean,omitempty"`
		Cells   []pairJSON `json:"cells"`
	}
	pairJSON struct {
		Cell     string     `json:"cell"`
		Old      sampleJSON `json:"old"`
		New      sampleJSON `json:"new"`
		Ratio    *float64   `json:"ratio,omitempty"`
		Low      *float64   `json:"ratio_low,omitempty"`
		High     *float64   `json:"ratio_high,omitempty"`
		P        *float64   `json:"p,omitempty"`
		Adjusted *float64   `json:"p_holm,omitempty"`
		Verdict  string     `json:"verdict"`
	}
	sampleJSON struct {
		Runs    int      `json:"runs"`
		Failed  int      `json:"failed"`
		Invalid int      `json:"invalid"`
		Absent  int      `json:"absent"`
		N       int      `json:"n"`
		Median  *float64 `json:"median,omitempty"`
		Low     *float64 `json:"low,omitempty"`
		High    *float64 `json:"high,omitempty"`
	}
)

var betterWords = map[int]string{1: "higher", -1: "lower", 0: "unknown"}

// MarshalJSON writes the comparison as duet.compare/1.
func (c *Comparison) MarshalJSON() ([]byte, error) {
	d := document{Schema: Schema, Old: c.Old.json(), New: c.New.json(), Differences: c.Differences,
		OnlyOld: cellNames(c.OnlyOld), OnlyNew: cellNames(c.OnlyNew), Metrics: []metricJSON{}}
	if d.Differences == nil {
		d.Differences = []Difference{}
	}
	for _, m := range c.Metrics {
		j := metricJSON{Unit: m.Name, Better: betterWords[m.Better], Geomean: m.Geomean}
		for _, p := range m.Pairs {
			j.Cells = append(j.Cells, p.json())
		}
		d.Metrics = append(d.Metrics, j)
	}
	return json.Marshal(d)
}

func (s *Side) json() sideJSON {
	out := sideJSON{Name: s.Name, Label: s.Label, Backend: s.Backend, Facts: map[string]string{}}
	for _, f := range s.Facts() {
		out.Facts[f.Name] = f.Say()
	}
	return out
}

func (p *Pair) json() pairJSON {
	ratio, interval := p.Ratio()
	return pairJSON{
		Cell: p.Cell.Name, Old: p.Before.json(p.shown(p.Old)), New: p.Cell.json(p.shown(p.New)),
		Ratio: ratio, Low: interval.Lo, High: interval.Hi, P: p.P, Adjusted: p.Adjusted, Verdict: p.Verdict(),
	}
}

func (c *Cell) json(s stats.Sample) sampleJSON {
	center := s.Center()
	return sampleJSON{Runs: c.Runs, Failed: c.Failed, Invalid: c.Invalid, Absent: s.Absent, N: s.N(), Median: center.Median, Low: center.Lo, High: center.Hi}
}

func cellNames(cells []*Cell) []string {
	out := []string{}
	for _, c := range cells {
		out = append(out, c.Name)
	}
	return out
}
