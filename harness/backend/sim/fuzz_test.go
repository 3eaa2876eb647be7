package sim

import (
	"encoding/json"
	"testing"
	"time"
)

// FuzzRequest holds whatever a client may send to what the GPU model needs.
func FuzzRequest(f *testing.F) {
	for _, body := range []string{
		`{"model":"gemma3","prompt":"why?","options":{"num_predict":10,"num_ctx":512,"seed":1,"temperature":0}}`,
		`{"model":"gemma3","messages":[{"role":"user","content":"why?"}],"keep_alive":-1,"shift":false}`,
		`{"model":"gemma3","prompt":"x","keep_alive":"5m","raw":true,"options":{"num_ctx":-1,"num_predict":1e300,"num_gpu":1e18}}`,
		`{"options":{"num_ctx":0,"stop":["a"],"use_mmap":true,"nonsense":{}}}`,
	} {
		f.Add(body, false)
		f.Add(body, true)
	}
	noise := 0.5
	f.Fuzz(func(t *testing.T, body string, chat bool) {
		var req request
		if json.Unmarshal([]byte(body), &req) != nil {
			return
		}
		c := newCard("gemma3:latest", time.Time{})
		o, err := parseOptions(c, req.Options)
		if err != nil {
			return
		}
		e := &endpoint{sim: &Servers{cfg: Config{Noise: &noise, EarlyStop: 0.5}}}
		e.memory.load(c, o.shape)
		for range 2 { // the second finds its prefix
			p, err := e.plan(&req, chat, c, o, nil)
			if err != nil {
				return
			}
			if err := p.job.Check(); err != nil {
				t.Fatal(err)
			}
			if p.promptTokens > o.ctx || p.cached < 0 || p.cached > p.promptTokens || o.ctx > c.context {
				t.Fatalf("%d tokens of prompt, %d cached, context %d", p.promptTokens, p.cached, o.ctx)
			}
			if p.job.Tokens > 10*o.ctx {
				t.Fatalf("%d tokens", p.job.Tokens)
			}
			if size, vram := func() (int64, int64) { e.memory.load(c, o.shape); return e.memory.bytes() }(); vram > size || vram < 0 {
				t.Fatalf("%d bytes of %d in VRAM", vram, size)
			}
			e.memory.prefix = p.prompt
		}
	})
}
