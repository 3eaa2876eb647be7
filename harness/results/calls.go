package results

import (
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

// callMetrics adds the percentiles over the calls of the passes of a kind.
func callMetrics(r *record.Run, kind string, values map[string]*float64) {
	var ttft, gaps []*float64
	perToken := true
	for _, p := range r.Passes {
		if p.Kind != kind {
			continue
		}
		for i := range p.Calls {
			ttft = append(ttft, metric.TTFT(&p.Calls[i]))
			g, known := metric.Gaps(&p.Calls[i])
			perToken = perToken && known
			for _, ns := range g {
				gaps = append(gaps, ptr(float64(ns)))
			}
		}
	}
	values["p50-ttft-ns/op"] = stats.NewSample(ttft).Percentile(50)
	if perToken { // otherwise they are inter-chunk latencies, another quantity
		sample := stats.NewSample(gaps)
		values["p50-itl-ns/tok"] = sample.Percentile(50)
		values["p99-itl-ns/tok"] = sample.Percentile(99)
	}
}
