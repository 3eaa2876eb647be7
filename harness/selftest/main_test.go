package selftest

import (
	"context"
	"fmt"
	"net"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/chimeraforge/duet/harness/backend/sim"
	"github.com/chimeraforge/duet/harness/driver"
	"github.com/chimeraforge/duet/internal/virtual"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// virtually runs f with the Go client, or what as makes of it, in virtual time,
// where nothing is late.
func virtually(t *testing.T, as func(driver.Driver) driver.Driver, f func(t *testing.T, e Test)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		network, listeners := virtual.NewNetwork(), 0
		listen := func(id string) (net.Listener, error) {
			listeners++
			return network.Listen(fmt.Sprintf("%s-%d", id, listeners))
		}
		f(t, Test{
			Driver:    as(&driver.Goroutines{Dial: network.Dial}),
			Simulator: sim.Config{Listen: listen, VirtualTime: true},
		})
	})
}

func itself(d driver.Driver) driver.Driver { return d }

// changed is a runtime that sees everything otherwise than it was.
type changed struct {
	driver.Driver
	change func(*driver.Result)
}

func (c changed) Run(ctx context.Context, req driver.Request) (driver.Result, error) {
	res, err := c.Driver.Run(ctx, req)
	c.change(&res)
	return res, err
}

// quickly asks in virtual time a runtime that is changed.
func quickly(t *testing.T, change func(*driver.Result)) (out []Answer) {
	t.Helper()
	virtually(t, func(d driver.Driver) driver.Driver { return changed{d, change} }, func(t *testing.T, e Test) {
		var err error
		out, err = e.Quick(t.Context())
		require.NoError(t, err)
	})
	return out
}
