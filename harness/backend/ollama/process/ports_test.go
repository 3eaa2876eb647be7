package process

import (
	"net"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/backend"
)

func TestGivenPortsAreUsedOrRefused(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	cfg := fakes(t, "ok")
	cfg.Ports[1] = taken.Addr().(*net.TCPAddr).Port
	_, err = Start(t.Context(), cfg)
	assert.ErrorContains(t, err, "port "+strconv.Itoa(cfg.Ports[1])+" is not free")

	cfg.Ports = []int{cfg.Ports[0], cfg.Ports[0]}
	_, err = Start(t.Context(), cfg)
	assert.ErrorContains(t, err, "given twice")

	assert.ErrorContains(t, allFree([]int{1, 2, 3, 2}), "given twice", "whichever they are")

	cfg.Ports = cfg.Ports[:1]
	_, err = Start(t.Context(), cfg)
	assert.EqualError(t, err, "1 ports given for 2 servers")
}

func TestAPortLostBetweenChoiceAndStartIsRetriedOnce(t *testing.T) {
	cfg := fakes(t, "taken")
	cfg.Ports = nil
	cfg.Env = append(cfg.Env, "DUET_TEST_MARK="+filepath.Join(t.TempDir(), "mark"))
	old := usualPorts
	ports := []int{cfg.mustPort(t), cfg.mustPort(t)}
	usualPorts = func(int) []int { return ports }
	defer func() { usualPorts = old }()
	b := start(t, cfg)
	assert.Len(t, b.Endpoints(), 2)
}

func (Config) mustPort(t *testing.T) int {
	t.Helper()
	p, err := anyPorts(1)
	require.NoError(t, err)
	return p[0]
}

func TestWithoutGivenPortsTheUsualOnesAreTakenWhereFree(t *testing.T) {
	old := usualPorts
	defer func() { usualPorts = old }()
	assert.Equal(t, []int{11434, 11435, 11436, 11437}, usualPorts(4))
	free, err := anyPorts(2)
	require.NoError(t, err)
	usualPorts = func(int) []int { return free }
	got, err := Config{Servers: backend.Each(2)}.ports()
	require.NoError(t, err)
	assert.Equal(t, free, got)

	l, err := listen(free[0])
	require.NoError(t, err)
	defer l.Close()
	got, err = Config{Servers: backend.Each(2)}.ports()
	require.NoError(t, err)
	assert.NotContains(t, got, free[0])
	assert.NotEqual(t, got[0], got[1])
}
