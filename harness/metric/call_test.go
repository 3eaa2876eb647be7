package metric_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
)

func TestOneCallByHand(t *testing.T) {
	first, last, done := int64(300e6), int64(1300e6), int64(1400e6)
	load, prompt, eval, tokens := int64(50e6), int64(120e6), int64(1.25e9), int64(100)
	c := &record.Call{
		RequestNS: 100e6, FirstNS: &first, LastTokenNS: &last, DoneNS: &done,
		Server: &record.ServerTimings{LoadNS: &load, PromptEvalNS: &prompt, EvalNS: &eval, Tokens: &tokens},
	}
	near(t, 200e6, metric.TTFT(c), "300 − 100 ms")
	near(t, 150e6, metric.TTFTNoLoad(c), "200 − 50 ms")
	near(t, 120e6, metric.TTFTServer(c), "prompt_eval_duration")
	near(t, 80, metric.DecodeServer(c), "100 / 1.25 s")
	near(t, 99, metric.DecodeClient(c), "99 / 1.0 s")
}

func TestWhatACallDoesNotHaveIsAbsent(t *testing.T) {
	for name, of := range map[string]func(*record.Call) *float64{
		"TTFT": metric.TTFT, "TTFT without load": metric.TTFTNoLoad, "TTFT (server)": metric.TTFTServer,
		"decode rate (server)": metric.DecodeServer, "decode rate (client)": metric.DecodeClient,
	} {
		assert.Nil(t, of(&record.Call{}), name)
		assert.Nil(t, of(&record.Call{Server: &record.ServerTimings{}}), name)
	}
}
