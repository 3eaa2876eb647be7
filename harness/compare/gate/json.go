package gate

import "encoding/json"

// Schema names the version of a report's JSON.
const Schema = "duet.gate/1"

// MarshalJSON writes the report as duet.gate/1.
func (r *Report) MarshalJSON() ([]byte, error) {
	type finding struct {
		Cell    string  `json:"cell"`
		Metric  string  `json:"metric"`
		Verdict Verdict `json:"verdict"`
		Seen    string  `json:"seen"`
		Takes   string  `json:"takes,omitempty"`
		Rounds  int     `json:"rounds,omitempty"`
	}
	type result struct {
		Rule     string    `json:"rule"`
		Verdict  Verdict   `json:"verdict"`
		Findings []finding `json:"findings"`
	}
	d := struct {
		Schema      string   `json:"schema"`
		Gate        string   `json:"gate"`
		New         string   `json:"new"`
		Old         string   `json:"baseline,omitempty"`
		Label       string   `json:"label,omitempty"`
		Backend     string   `json:"backend,omitempty"`
		Verdict     Verdict  `json:"verdict"`
		Rules       []result `json:"rules"`
		Notes       []string `json:"notes"`
		Differences any      `json:"differences,omitempty"`
	}{Schema: Schema, Gate: r.Gate, New: r.New, Old: r.Old, Label: r.Label, Backend: r.Backend, Verdict: r.Verdict, Notes: append([]string{}, r.Notes...)}
	if r.Old != "" {
		d.Differences = r.Differences
	}
	for _, one := range r.Results {
		out := result{Rule: one.Rule, Verdict: one.Verdict, Findings: []finding{}}
		for _, f := range one.Findings {
			out.Findings = append(out.Findings, finding(f))
		}
		d.Rules = append(d.Rules, out)
	}
	return json.Marshal(d)
}
