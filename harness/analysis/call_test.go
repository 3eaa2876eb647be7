package analysis_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/chimeraforge/duet/harness/analysis"
	"github.com/chimeraforge/duet/harness/metrics"
)

func TestOneCallByHand(t *testing.T) {
	first, last, done := int64(300e6), int64(1300e6), int64(1400e6)
	load, prompt, eval, tokens := int64(50e6), int64(120e6), int64(1.25e9), int64(100)
	c := &metrics.Call{
		RequestNS: 100e6, FirstNS: &first, LastTokenNS: &last, DoneNS: &done,
		Server: &metrics.ServerTimings{LoadNS: &load, PromptEvalNS: &prompt, EvalNS: &eval, Tokens: &tokens},
	}
	near(t, 200e6, analysis.TTFT(c), "300 − 100 ms")
	near(t, 150e6, analysis.TTFTNoLoad(c), "200 − 50 ms")
	near(t, 120e6, analysis.TTFTServer(c), "prompt_eval_duration")
	near(t, 1300e6, analysis.EndToEnd(c), "1400 − 100 ms")
	near(t, 80, analysis.DecodeServer(c), "100 / 1.25 s")
	near(t, 99, analysis.DecodeClient(c), "99 / 1.0 s")
}

func TestWhatACallDoesNotHaveIsAbsent(t *testing.T) {
	for name, of := range map[string]func(*metrics.Call) *float64{
		"TTFT": analysis.TTFT, "TTFT without load": analysis.TTFTNoLoad, "TTFT (server)": analysis.TTFTServer,
		"end to end": analysis.EndToEnd, "decode rate (server)": analysis.DecodeServer, "decode rate (client)": analysis.DecodeClient,
	} {
		assert.Nil(t, of(&metrics.Call{}), name)
		assert.Nil(t, of(&metrics.Call{Server: &metrics.ServerTimings{}}), name)
	}
}
