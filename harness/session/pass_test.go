package session

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/chimeraforge/duet/harness/record"
)

// A server that outlives a session has its prompts in a cache, and another session
// of the same seed must not be answered from there.
func TestNoTwoRunsAskAServerThatOutlivesThemTheSame(t *testing.T) {
	x := openMulti(t, small(t), nil)
	first := &record.Run{Started: time.Unix(1, 1)}
	second := &record.Run{Started: time.Unix(1, 2)}
	assert.Empty(t, x.salt(first), "servers of the session's own: the seed alone says what is asked")

	ask := func(r *record.Run) string {
		return x.work.CallsOf("insight", "insight", 1, "cell/1/solo"+x.salt(r))[0].Prompt
	}
	assert.Equal(t, ask(first), ask(second))
	for name, outlive := range map[string]func(){
		"servers that run":         func() { x.config.Driver.Existing = true },
		"containers that are kept": func() { x.config.Driver.Existing, x.config.Settings.Keep = false, true },
	} {
		t.Run(name, func(t *testing.T) {
			outlive()
			a, b := ask(first), ask(second)
			assert.NotEqual(t, a[:12], b[:12], "the nonces")
			assert.Equal(t, a[12:], b[12:], "and nothing else")
			assert.Len(t, b, len(a))
		})
	}
}
