package bulk

import (
	"fmt"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
)

func url(agent string) string {
	port := 11434
	if agent == backend.Insight {
		port = 11435
	}
	return fmt.Sprintf("http://127.0.0.1:%d", port)
}

func agent(model, id, label string, t plan.Tuning) record.Agent {
	o := t.Options()
	o.NumPredict, o.Seed = budget, 116
	return record.Agent{ID: id, Label: label, Endpoint: url(id), Model: model, Options: o}
}

func serverOf(model, id string, t plan.Tuning) record.Server {
	return record.Server{
		ID: id, URL: url(id), Version: "0.17.4", PID: 4711, Log: "logs/" + id + ".log",
		Model: &record.Model{
			Name: model, Digest: "sha256:00c0ffee", Family: "example", ParameterSize: "7B", Quantization: "Q4_0", MaxContext: 32768,
			Context: &t.Ctx, SizeB: ptr(int64(5e9)), VRAMB: ptr(int64(5e9)),
		},
	}
}
