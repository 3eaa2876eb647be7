package session

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
)

func TestARunIsForetoldFromWhatTheWarmUpSaw(t *testing.T) {
	cell := plan.NewCell(record.SuiteMulti, []plan.Role{{Agent: "collector"}, {Agent: "insight"}}, record.CoordModel, "m")
	x := openMulti(t, small(t), nil)
	x.config.Driver.Sensors, x.clock = "", backend.Clock{Scale: 1, Speed: 1}
	x.known.speeds["m"] = speed{decodeRate: 16, load: time.Second} // 2 s a call: 8 s a pass
	assert.Equal(t, 18*time.Second, x.Expected(cell))
	x.clock.Speed = 10
	assert.Equal(t, 1800*time.Millisecond, x.Expected(cell), "a simulator runs faster")
}
