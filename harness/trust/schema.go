package trust

import (
	"encoding/json"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
)

// files holds every run to the published schema, on every processor: it takes
// longer than all else.
func files(root string, runs []results.RunFile) []File {
	out := make([]File, len(runs))
	var next atomic.Int64
	var all sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(runs)) {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(runs); i = int(next.Add(1)) - 1 {
				out[i] = file(root, runs[i])
			}
		})
	}
	all.Wait()
	return out
}

// file is a run with what the schema says against it. Imported runs are of two kinds: in a file of
// the other tool's, which no schema of duet's describes, or written out as duet's own.
func file(root string, f results.RunFile) File {
	out := File{Path: below(root, f.Path), Run: f.Run}
	data, err := os.ReadFile(f.Path)
	switch {
	case err != nil:
		out.Invalid = err.Error()
	case f.Run.Imported != nil && foreign(data):
		out.Foreign = true
	default:
		out.Invalid = against(record.Check(data))
	}
	return out
}

// foreign reports whether a file is not in our layout.
func foreign(data []byte) bool {
	var probe struct{ Schema string }
	return json.Unmarshal(data, &probe) != nil || probe.Schema != record.Schema && probe.Schema != record.FirstSchema
}

// against is what a schema says against a file, on one line; "" for nothing.
func against(err error) string {
	if err == nil {
		return ""
	}
	return excerpt(strings.Join(strings.Fields(err.Error()), " "))
}

// longest is how much is quoted of what the schema says.
const longest = 300

// excerpt keeps a long text short, without half a character at the end.
func excerpt(s string) string {
	if len(s) <= longest {
		return s
	}
	return strings.ToValidUTF8(s[:longest], "") + "…"
}
