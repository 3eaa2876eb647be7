package record_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/chimeraforge/duet/harness/record"
)

func TestACoordinateStandsBeforeTheOptionsAndLeavesTheOtherCellAlone(t *testing.T) {
	c := record.NewCell("id", "model", "m", "topology", "", "gpu", "80", "temp", record.Decimal(1))
	cached := c.With("cache", "own")
	assert.Equal(t, []record.Coordinate{{Name: "model", Value: "m"}, {Name: "cache", Value: "own"}, {Name: "gpu", Value: "80"}, {Name: "temp", Value: "1.0"}}, cached.Coordinates)
	assert.Empty(t, c.Get("cache"))
	assert.Equal(t, "shared", cached.With("cache", "shared").Get("cache"))
	assert.True(t, cached.Without("cache").Is(c))
	assert.False(t, cached.Is(c))
}

func TestACoordinateThatNobodyKnowsIsNeverAveragedAway(t *testing.T) {
	own := &record.Run{Session: "s", Suite: "multi", Cell: record.NewCell("a", "model", "m", "cache", "own", "gpu", "80")}
	shared := &record.Run{Session: "s", Suite: "multi", Cell: record.NewCell("b", "model", "n", "cache", "shared", "gpu", "80")}
	assert.NotEqual(t, own.Pool(record.Studied...), shared.Pool(record.Studied...))
	shared.Cell = shared.Cell.With("cache", "own")
	assert.Equal(t, own.Pool(record.Studied...), shared.Pool(record.Studied...))
	assert.NotEqual(t, own.Pool(), shared.Pool())
}

func TestModelNamesAreMatchedAsOllamaMatchesThem(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"m", "m:latest", true},
		{"M:Latest", "m", true},
		{"m", "m:7b", false},
		{"host:5000/m", "host:5000/m:latest", true},
		{"m", "n", false},
		{"registry.ollama.ai/library/m:latest", "m", true},
		{"library/m", "M:latest", true},
		{"hf.co/user/m:Q4_K_M", "hf.co/User/m:q4_k_m", true},
		{"user/m", "m", false},
		{"host:5000/library/m", "m", false},
	} {
		assert.Equal(t, c.same, record.SameModel(c.a, c.b), "%s %s", c.a, c.b)
	}
}
