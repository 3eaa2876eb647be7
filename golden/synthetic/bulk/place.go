package bulk

import (
	"fmt"

	"github.com/chimeraforge/duet/harness/matrix"
	"github.com/chimeraforge/duet/harness/metrics"
	"github.com/chimeraforge/duet/harness/server"
)

func url(agent string) string {
	port := 11434
	if agent == server.Insight {
		port = 11435
	}
	return fmt.Sprintf("http://127.0.0.1:%d", port)
}

func agent(model, id, label string, t matrix.Tuning) metrics.Agent {
	o := t.Options()
	o.NumPredict, o.Seed = budget, 116
	return metrics.Agent{ID: id, Label: label, Endpoint: url(id), Model: model, Options: o}
}

func serverOf(model, id string, t matrix.Tuning) metrics.Server {
	return metrics.Server{
		ID: id, URL: url(id), Version: "0.17.4", PID: 4711, Log: "logs/" + id + ".log",
		Model: &metrics.Model{
			Name: model, Digest: "sha256:00c0ffee", Family: "example", ParameterSize: "7B", Quantization: "Q4_0", MaxContext: 32768,
			Context: &t.Ctx, SizeB: ptr(int64(5e9)), VRAMB: ptr(int64(5e9)),
		},
	}
}
