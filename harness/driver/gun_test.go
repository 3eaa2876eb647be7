package driver

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestTheGunFiresOnlyWhenAllAreReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 5
		g := NewGun(n)
		var fired atomic.Int64
		var all sync.WaitGroup
		stamps := make([]time.Time, n)
		for i := range n {
			all.Go(func() {
				time.Sleep(time.Duration(i) * time.Second) // getting ready
				assert.Zero(t, fired.Load(), "fired before agent %d was ready", i)
				assert.NoError(t, g.Wait(t.Context()))
				stamps[i] = time.Now()
			})
		}
		at := g.Fire(func() int64 {
			fired.Store(time.Now().UnixNano())
			return fired.Load()
		})
		all.Wait()
		for i, s := range stamps {
			assert.GreaterOrEqual(t, s.UnixNano(), at, "agent %d started before the gun", i)
			assert.Equal(t, at, s.UnixNano(), "all at once, with the slowest")
		}
	})
}

func TestAnAgentThatGivesUpDoesNotHoldTheGun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		why := errors.New("interrupted")
		ctx, cancel := context.WithCancelCause(t.Context())
		g := NewGun(2)
		waited := make(chan error, 1)
		go func() { waited <- g.Wait(ctx) }()
		synctest.Wait()
		cancel(why)
		assert.ErrorIs(t, <-waited, why)
		go func() { waited <- g.Wait(t.Context()) }()
		assert.Equal(t, int64(7), g.Fire(func() int64 { return 7 }))
		assert.NoError(t, <-waited)
	})
}
