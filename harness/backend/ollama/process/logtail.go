package process

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/chimeraforge/duet/internal/procgroup"
)

// tail is the end of a log, of what was written since from, as an error quotes
// it.
func tail(path string, from int64) string {
	text, err := procgroup.Tail(path, from)
	if err != nil {
		return fmt.Sprintf("(%v)", err)
	}
	return fmt.Sprintf("the end of %s:\n%s", path, cmp.Or(text, "  | (empty)"))
}

// portTaken recognises in a log the reason that calls for another port, as
// Unix and Windows word it.
func portTaken(log string) bool {
	return strings.Contains(log, "address already in use") ||
		strings.Contains(log, "Only one usage of each socket address")
}
