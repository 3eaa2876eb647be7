package multi

import (
	"testing"

	"github.com/chimeraforge/duet/harness"
	_ "github.com/chimeraforge/duet/harness/backends" // the servers that the build tag chooses
	"github.com/chimeraforge/duet/harness/plan"
)

var suite = harness.New(plan.Multi)

func TestMain(m *testing.M) { suite.Main(m) }

func BenchmarkMulti(b *testing.B) { suite.Bench(b) }

// TestSmoke measures one cell once, on the servers the build tag chooses.
func TestSmoke(t *testing.T) { suite.Smoke(t) }

// TestGate judges what -bench has measured by the rules of -duet.gate.
func TestGate(t *testing.T) { suite.Gate(t) }
