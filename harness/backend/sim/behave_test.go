package sim_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/backend/sim"
)

// last asks the collector and returns the final line.
func last(t *testing.T, s *sim.Servers, c *http.Client, body string) chunk {
	t.Helper()
	status, lines, err := ask(t.Context(), c, generate(s, 0), body)
	require.NoError(t, err)
	require.Equal(t, 200, status, "%v", lines)
	return lines[len(lines)-1]
}

func ps(t *testing.T, s *sim.Servers, c *http.Client) string {
	t.Helper()
	resp, err := c.Get(s.Endpoints()[0].URL + "/api/ps")
	require.NoError(t, err)
	defer resp.Body.Close()
	var b strings.Builder
	buf := make([]byte, 4096)
	for {
		n, err := resp.Body.Read(buf)
		b.Write(buf[:n])
		if err != nil {
			return b.String()
		}
	}
}

func TestAChangedShapeReloadsTheModel(t *testing.T) {
	bubble(t, sim.Config{Noise: new(0.0)}, func(t *testing.T, s *sim.Servers, c *http.Client) {
		for i, step := range []struct {
			options string
			load    time.Duration
		}{
			{`"num_ctx":512,"num_gpu":80`, sim.DefaultColdLoad},
			{`"num_ctx":512,"num_gpu":80,"temperature":0.1`, 0},
			{`"num_ctx":1024,"num_gpu":80`, sim.DefaultReload},
			{`"num_ctx":1024,"num_gpu":60`, sim.DefaultReload},
			{`"num_ctx":1024,"num_gpu":60,"num_thread":2`, sim.DefaultReload},
			{`"num_ctx":1024,"num_gpu":60,"num_thread":2`, 0},
		} {
			l := last(t, s, c, fmt.Sprintf(`{"model":"gemma3","prompt":"%d hi","options":{"num_predict":3,%s}}`, i, step.options))
			assert.Equal(t, step.load, l.LoadDuration, "step %d", i)
			assert.Equal(t, l.At, l.TotalDuration)
		}
		assert.Contains(t, ps(t, s, c), `"context_length":1024`)
	})
}

func TestEmptyPromptsLoadAndUnload(t *testing.T) {
	bubble(t, sim.Config{}, func(t *testing.T, s *sim.Servers, c *http.Client) {
		l := last(t, s, c, `{"model":"gemma3"}`)
		assert.Equal(t, "load", l.DoneReason)
		assert.Equal(t, sim.DefaultColdLoad, l.At)
		assert.Contains(t, ps(t, s, c), "gemma3:latest")
		l = last(t, s, c, `{"model":"gemma3"}`)
		assert.Zero(t, l.At, "it is there")
		l = last(t, s, c, `{"model":"gemma3","keep_alive":0}`)
		assert.Equal(t, "unload", l.DoneReason)
		assert.Equal(t, "{\"models\":[]}\n", ps(t, s, c))
		l = last(t, s, c, `{"model":"gemma3","prompt":"x","keep_alive":"0s"}`)
		assert.Equal(t, sim.DefaultReload, l.LoadDuration)
		assert.Equal(t, "{\"models\":[]}\n", ps(t, s, c), "keep_alive 0 unloads after the reply")
	})
}

func TestAModelLeavesMemoryAfterItsKeepAlive(t *testing.T) {
	bubble(t, sim.Config{}, func(t *testing.T, s *sim.Servers, c *http.Client) {
		last(t, s, c, `{"model":"gemma3","prompt":"x","keep_alive":60}`)
		time.Sleep(59 * time.Second)
		assert.Contains(t, ps(t, s, c), "gemma3:latest")
		time.Sleep(2 * time.Second)
		assert.Equal(t, "{\"models\":[]}\n", ps(t, s, c))
		last(t, s, c, `{"model":"gemma3","prompt":"x","keep_alive":-1}`)
		time.Sleep(1000 * time.Hour)
		assert.Contains(t, ps(t, s, c), "gemma3:latest", "forever")
	})
}

func TestARepeatedStartOfAPromptIsCached(t *testing.T) {
	bubble(t, sim.Config{Noise: new(0.0)}, func(t *testing.T, s *sim.Servers, c *http.Client) {
		body := func(nonce string) string {
			return `{"model":"qwen2.5:7b","raw":true,"prompt":"` + nonce + strings.Repeat("word", 400) + `","options":{"num_predict":2}}`
		}
		last(t, s, c, `{"model":"qwen2.5:7b"}`)
		first := last(t, s, c, body("aaaa"))
		again := last(t, s, c, body("aaaa"))
		other := last(t, s, c, body("bbbb"))
		assert.Equal(t, 401, first.PromptEvalCount)
		assert.Equal(t, 401, again.PromptEvalCount, "the count shows nothing")
		assert.InDelta(t, first.PromptEvalDuration/401, again.PromptEvalDuration, 1, "one token is evaluated")
		assert.Equal(t, first.PromptEvalDuration, other.PromptEvalDuration)
		log := s.Log()
		assert.Equal(t, []int{0, 400, 0}, []int{log[1].CachedTokens, log[2].CachedTokens, log[3].CachedTokens})
	})
}

func TestAPromptLongerThanTheContextIsTruncated(t *testing.T) {
	bubble(t, sim.Config{}, func(t *testing.T, s *sim.Servers, c *http.Client) {
		long := strings.Repeat("word", 1000)
		l := last(t, s, c, `{"model":"gemma3","prompt":"`+long+`","options":{"num_predict":5,"num_ctx":512}}`)
		assert.Equal(t, 512, l.PromptEvalCount)
		status, lines, err := ask(t.Context(), c, generate(s, 0), `{"model":"gemma3","truncate":false,"prompt":"`+long+`","options":{"num_ctx":512}}`)
		require.NoError(t, err)
		assert.Equal(t, 400, status)
		assert.Contains(t, lines[0].Error, "exceeds the context length")
		l = last(t, s, c, `{"model":"gemma3","shift":false,"raw":true,"prompt":"`+long[:2000]+`","options":{"num_ctx":512,"num_predict":100}}`)
		assert.Equal(t, 12, l.EvalCount, "no room for more")
		last(t, s, c, `{"model":"duet-tiny-qwen2","prompt":"x","options":{"num_predict":2,"num_ctx":1000000}}`)
		assert.Contains(t, ps(t, s, c), `"context_length":8192`, "the model's own limit")
	})
}

func TestSeedsDecideTheWords(t *testing.T) {
	bubble(t, sim.Config{}, func(t *testing.T, s *sim.Servers, c *http.Client) {
		say := func(i int, opts string) string {
			_, lines, err := ask(t.Context(), c, generate(s, i), `{"model":"gemma3","prompt":"x","stream":false,"options":{"num_predict":30,`+opts+`}}`)
			require.NoError(t, err)
			require.Len(t, lines, 1)
			require.Len(t, strings.Fields(lines[0].Response), 30)
			return lines[0].Response
		}
		assert.Equal(t, say(0, `"seed":5`), say(1, `"seed":5`), "on either server")
		assert.NotEqual(t, say(0, `"seed":5`), say(0, `"seed":6`))
		assert.NotEqual(t, say(0, `"temperature":1`), say(0, `"temperature":1`))
		assert.Equal(t, say(0, `"temperature":0`), say(1, `"temperature":0`))
	})
}

func TestRepliesMayEndEarlyWhenAskedTo(t *testing.T) {
	bubble(t, sim.Config{EarlyStop: 1}, func(t *testing.T, s *sim.Servers, c *http.Client) {
		lengths := map[int]bool{}
		for i := range 10 {
			l := last(t, s, c, fmt.Sprintf(`{"model":"gemma3","prompt":"x","options":{"num_predict":100,"seed":%d}}`, i))
			assert.Equal(t, "stop", l.DoneReason)
			assert.GreaterOrEqual(t, l.EvalCount, 50)
			lengths[l.EvalCount] = true
		}
		assert.Greater(t, len(lengths), 3)
	})
}

func TestNoiseIsSeededAndAboutAsLargeAsAskedFor(t *testing.T) {
	rates := func(seed uint64) (out []float64) {
		bubble(t, sim.Config{Seed: seed, Noise: new(0.05)}, func(t *testing.T, s *sim.Servers, c *http.Client) {
			for range 100 {
				l := last(t, s, c, `{"model":"qwen2.5:7b","prompt":"x","options":{"num_predict":3}}`)
				out = append(out, float64(l.EvalCount)/l.EvalDuration.Seconds()/80.1)
			}
		})
		return out
	}
	a := rates(1)
	assert.Equal(t, a, rates(1))
	assert.NotEqual(t, a, rates(2))
	var sum, sq float64
	for _, x := range a {
		sum += x - 1
		sq += (x - 1) * (x - 1)
	}
	assert.InDelta(t, 0, sum/100, 0.015)
	assert.InDelta(t, 0.05*0.05, sq/100, 0.001)
}

func TestOneServerServesOneRequestAtATime(t *testing.T) {
	bubble(t, sim.Config{Exact: known}, func(t *testing.T, s *sim.Servers, c *http.Client) {
		body := `{"model":"gemma3","prompt":"x","options":{"num_predict":90}}`
		done := make(chan chunk, 2)
		for range 2 {
			go func() {
				_, lines, err := ask(t.Context(), c, generate(s, 0), body)
				assert.NoError(t, err)
				done <- lines[len(lines)-1]
			}()
		}
		a, b := <-done, <-done
		assert.Equal(t, time.Second, a.TotalDuration)
		assert.Equal(t, 2*time.Second, b.TotalDuration, "the queue counts")
		assert.Equal(t, 900*ms, b.EvalDuration)
	})
}

func TestAClientThatGoesAwayFreesTheGPUAtOnce(t *testing.T) {
	bubble(t, sim.Config{Exact: known, Loss: new(0.5)}, func(t *testing.T, s *sim.Servers, c *http.Client) {
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			_, _, err := ask(ctx, c, generate(s, 1), `{"model":"gemma3","prompt":"x","options":{"num_predict":30000}}`)
			assert.ErrorIs(t, err, context.Canceled)
		}()
		time.AfterFunc(time.Second, cancel)
		l := last(t, s, c, `{"model":"gemma3","prompt":"x","options":{"num_predict":90}}`)
		assert.Equal(t, 1500*ms, l.At, "half speed for a second, then full speed")
		synctest.Wait()
		log := s.Log()
		require.Len(t, log, 2)
		assert.Empty(t, log[0].Reason)
		assert.Nil(t, log[0].Done)
		assert.Equal(t, 1500*ms, last(t, s, c, `{"model":"gemma3","prompt":"x","options":{"num_predict":140}}`).At, "the next request is alone")
	})
}

func TestCloseCutsWhatIsInFlight(t *testing.T) {
	bubble(t, sim.Config{Exact: known}, func(t *testing.T, s *sim.Servers, c *http.Client) {
		ended := make(chan struct{})
		go func() {
			_, lines, _ := ask(t.Context(), c, generate(s, 0), `{"model":"gemma3","prompt":"x","options":{"num_predict":30000}}`)
			if assert.Len(t, lines, 90) {
				assert.False(t, lines[89].Done)
			}
			close(ended)
		}()
		time.Sleep(995 * ms)
		require.NoError(t, s.Close(t.Context()))
		<-ended
		_, err := c.Get(s.Endpoints()[0].URL)
		assert.ErrorContains(t, err, "refused")
	})
}
