package trust

import (
	"bytes"
	"encoding/json"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/santhosh-tekuri/jsonschema/v6"

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

func file(root string, f results.RunFile) File {
	out := File{Path: below(root, f.Path), Run: f.Run}
	data, err := os.ReadFile(f.Path)
	switch {
	case err != nil:
		out.Invalid = err.Error()
	case f.Run.Imported != nil && foreign(data):
		out.Foreign = true
	default:
		out.Invalid = invalid(data)
	}
	return out
}

// foreign reports whether a file is not in our layout.
func foreign(data []byte) bool {
	var probe struct{ Schema string }
	return json.Unmarshal(data, &probe) != nil || probe.Schema != record.Schema
}

// schema is the published one, compiled once.
var schema = sync.OnceValues(func() (*jsonschema.Schema, error) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(record.PublishedSchema))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("schema.json", doc); err != nil {
		return nil, err
	}
	return c.Compile("schema.json")
})

// invalid is what the schema says against a file, on one line; "" for nothing.
func invalid(data []byte) string {
	s, err := schema()
	if err != nil {
		return "the published schema: " + err.Error()
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return err.Error()
	}
	if err := s.Validate(v); err != nil {
		_, said, _ := strings.Cut(err.Error(), "\n") // the first line names the schema
		return excerpt(strings.Join(strings.Fields(said), " "))
	}
	return ""
}

// longest is how much is quoted of what the schema says.
const longest = 300

func excerpt(s string) string {
	if len(s) <= longest {
		return s
	}
	return strings.ToValidUTF8(s[:longest], "") + "…"
}
