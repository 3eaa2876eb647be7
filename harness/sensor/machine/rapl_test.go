package machine

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/internal/clock"
)

// tree writes a powercap folder: file to content.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text+"\n"), 0o644))
	}
	return dir
}

// with adds a zone to files.
func with(files map[string]string, zone, name, energy, full string) map[string]string {
	files[zone+"/name"], files[zone+"/energy_uj"], files[zone+"/max_energy_range_uj"] = name, energy, full
	return files
}

func twoSockets() map[string]string {
	files := with(map[string]string{"intel-rapl/enabled": "1"}, "intel-rapl:0", "package-0", "1000", "262143328850")
	with(files, "intel-rapl:0:0", "core", "400", "262143328850")
	with(files, "intel-rapl:0:1", "dram", "300", "65712999613")
	with(files, "intel-rapl:1", "package-1", "5000", "262143328850")
	with(files, "intel-rapl:2", "psys", "9000", "262143328850")
	return with(files, "intel-rapl-mmio:0", "package-0", "1000", "262143328850")
}

func TestSocketsAndNothingTwice(t *testing.T) {
	dir := tree(t, twoSockets())
	s, err := openZones(dir)
	require.NoError(t, err)
	info := s.Info()
	require.Len(t, info.Devices, 2)
	assert.Equal(t, "CPU socket 0", info.Devices[0].Name)
	assert.Equal(t, "CPU socket 1", info.Devices[1].Name)
	before := clock.NS()
	first, err := s.Read(t.Context())
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "intel-rapl:1", "energy_uj"), []byte("7500\n"), 0o644))
	second, err := s.Read(t.Context())
	require.NoError(t, err)
	assert.Equal(t, int64(2500), *second[1].EnergyUJ-*first[1].EnergyUJ)
	assert.Equal(t, *first[0].EnergyUJ, *second[0].EnergyUJ)
	assert.Nil(t, second[0].PowerMW)
	assert.LessOrEqual(t, before, first[0].NS)
	assert.Less(t, first[1].NS, second[1].NS)
	assert.NoError(t, s.Close())
}

func TestAFullCounterStartsAgain(t *testing.T) {
	dir := tree(t, with(map[string]string{}, "intel-rapl:0", "package-0", "990", "1000"))
	s, err := openZones(dir)
	require.NoError(t, err)
	var totals []int64
	for _, uj := range []int64{990, 995, 3, 700, 699} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "intel-rapl:0", "energy_uj"), []byte(strconv.FormatInt(uj, 10)), 0o644))
		got, err := s.Read(t.Context())
		require.NoError(t, err)
		totals = append(totals, *got[0].EnergyUJ)
	}
	assert.Equal(t, []int64{0, 5, 13, 710, 1709}, totals)
}

func TestWhyThereAreNoSocketsIsSaid(t *testing.T) {
	for name, test := range map[string]struct {
		spoil func(t *testing.T, dir string)
		want  string
	}{
		"not there":         {func(t *testing.T, dir string) { require.NoError(t, os.RemoveAll(dir)) }, "is not there"},
		"psys only":         {func(t *testing.T, dir string) { require.NoError(t, os.RemoveAll(filepath.Join(dir, "intel-rapl:0"))) }, "no CPU socket"},
		"no number":         {func(t *testing.T, dir string) { write(t, dir, "energy_uj", "lots") }, `says "lots"`},
		"a negative number": {func(t *testing.T, dir string) { write(t, dir, "energy_uj", "-5") }, `says "-5"`},
		"an odd name":       {func(t *testing.T, dir string) { write(t, dir, "name", "package-x") }, "is named"},
		"no range": {func(t *testing.T, dir string) {
			require.NoError(t, os.Remove(filepath.Join(dir, "intel-rapl:0", "max_energy_range_uj")))
		}, "max_energy_range_uj"},
	} {
		t.Run(name, func(t *testing.T) {
			files := with(map[string]string{}, "intel-rapl:0", "package-0", "1", "1000")
			dir := tree(t, with(files, "intel-rapl:1", "psys", "1", "1000"))
			test.spoil(t, dir)
			_, err := openZones(dir)
			assert.ErrorContains(t, err, test.want)
		})
	}
}

func write(t *testing.T, dir, file, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "intel-rapl:0", file), []byte(text), 0o644))
}

func TestCountersForRootOnlySaySo(t *testing.T) {
	assert.EqualError(t, explain("/sys/x", os.ErrPermission),
		"/sys/x may be read by root only; `sudo chmod a+r /sys/x` opens it until the next start")
	assert.NoError(t, explain("/sys/x", nil))
	assert.ErrorIs(t, explain("/sys/x", os.ErrClosed), os.ErrClosed)
}

func TestASocketThatIsGoneFailsAlone(t *testing.T) {
	dir := tree(t, twoSockets())
	s, err := openZones(dir)
	require.NoError(t, err)
	require.NoError(t, os.Remove(filepath.Join(dir, "intel-rapl:0", "energy_uj")))
	got, err := s.Read(t.Context())
	assert.ErrorContains(t, err, "energy_uj")
	require.Len(t, got, 1)
	assert.Equal(t, 1, got[0].Device)
}

// FuzzNumber: whatever a file says, it is a number that is not negative or an
// error.
func FuzzNumber(f *testing.F) {
	for _, s := range []string{"0", "262143328850\n", "-1", "", "1e9", "9999999999999999999"} {
		f.Add(s)
	}
	path := filepath.Join(f.TempDir(), "energy_uj")
	f.Fuzz(func(t *testing.T, text string) {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
		if n, err := readNumber(path); err == nil {
			assert.GreaterOrEqual(t, n, int64(0))
		}
	})
}
