package record

import (
	"github.com/chimeraforge/duet/harness/analysis"
	"github.com/chimeraforge/duet/harness/metrics"
)

// callMetrics adds the percentiles over the calls of the passes of a kind.
func callMetrics(r *metrics.Run, kind string, values map[string]*float64) {
	var ttft, gaps []*float64
	perToken := true
	for _, p := range r.Passes {
		if p.Kind != kind {
			continue
		}
		for i := range p.Calls {
			ttft = append(ttft, analysis.TTFT(&p.Calls[i]))
			g, known := analysis.Gaps(&p.Calls[i])
			perToken = perToken && known
			for _, ns := range g {
				gaps = append(gaps, ptr(float64(ns)))
			}
		}
	}
	values["p50-ttft-ns/op"] = analysis.NewSample(ttft).Percentile(50)
	if perToken { // otherwise they are inter-chunk latencies, another quantity
		sample := analysis.NewSample(gaps)
		values["p50-itl-ns/tok"] = sample.Percentile(50)
		values["p99-itl-ns/tok"] = sample.Percentile(99)
	}
}
