package golden

import (
	"fmt"
	"strings"
	"testing"
)

// recorder stands in for a test that is expected to fail.
type recorder struct {
	testing.TB
	failed string
}

func (r *recorder) Helper()      {}
func (r *recorder) Name() string { return "TestTable/one_row" }
func (r *recorder) Errorf(format string, args ...any) {
	r.failed += fmt.Sprintf(format, args...)
}

func TestAssertAcceptsTheSameText(t *testing.T) {
	r := &recorder{TB: t}
	Assert(r, "hello.txt", "hello\n")
	if r.failed != "" {
		t.Error(r.failed)
	}
}

func TestAFailurePrintsTheUpdateCommand(t *testing.T) {
	if *update {
		t.Skip("golden files are being rewritten")
	}
	for _, name := range []string{"hello.txt", "missing.txt"} {
		r := &recorder{TB: t}
		Assert(r, name, "goodbye\n")
		if want := "go test ./golden -run '^TestTable$' -golden.update"; !strings.Contains(r.failed, want) {
			t.Errorf("%s: %q does not say %q", name, r.failed, want)
		}
	}
}
