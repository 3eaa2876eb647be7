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

	cfg.Ports = cfg.Ports[:1]
	_, err = Start(t.Context(), cfg)
	assert.EqualError(t, err, "1 ports given for 2 servers")
}

func TestAPortLostBetweenChoiceAndStartIsRetriedOnce(t *testing.T) {
	cfg := fakes(t, "taken")
	cfg.Ports = nil
	cfg.Env = append(cfg.Env, "DUET_TEST_MARK="+filepath.Join(t.TempDir(), "mark"))
	old := studyPorts
	studyPorts = []int{cfg.mustPort(t), cfg.mustPort(t)}
	defer func() { studyPorts = old }()
	b := start(t, cfg)
	assert.Len(t, b.Endpoints(), 2)
}

func (Config) mustPort(t *testing.T) int {
	t.Helper()
	p, err := anyPorts(1)
	require.NoError(t, err)
	return p[0]
}

func TestWithoutGivenPortsTheStudysAreTakenWhereFree(t *testing.T) {
	old := studyPorts
	defer func() { studyPorts = old }()
	free, err := anyPorts(2)
	require.NoError(t, err)
	studyPorts = free
	got, err := Config{Servers: backend.Two}.ports()
	require.NoError(t, err)
	assert.Equal(t, free, got)

	l, err := listen(free[0])
	require.NoError(t, err)
	defer l.Close()
	got, err = Config{Servers: backend.Two}.ports()
	require.NoError(t, err)
	assert.NotContains(t, got, free[0])
	assert.NotEqual(t, got[0], got[1])
}
