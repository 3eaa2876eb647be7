package container

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

// envParent makes the test binary a program that starts servers; see the tests
// on a real engine.
const envParent = "DUET_TEST_PARENT"

func TestMain(m *testing.M) {
	if plan := os.Getenv(envParent); plan != "" {
		parent(plan)
	}
	goleak.VerifyTestMain(m)
}
