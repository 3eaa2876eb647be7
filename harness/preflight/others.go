package preflight

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/shirou/gopsutil/v4/process"

	"github.com/chimeraforge/duet/harness/record"
)

const (
	otherServers = "other-ollama"
	doOthers     = "stop them, or measure them: -duet.endpoints=URL,URL"
)

// others looks for Ollama servers that are not those to be measured: a model
// that one of them holds takes memory, and a request to it takes everything.
func others(ctx context.Context, h Host) []record.Finding {
	serving, err := serving(ctx)
	switch {
	case err != nil:
		return one(record.Unasked(otherServers, err.Error()))
	case len(serving) > h.Servers && h.Servers == 0:
		return one(record.Warn(otherServers, doOthers, "other Ollama servers run (%s)", strings.Join(serving, ", ")))
	case len(serving) > h.Servers:
		return one(record.Warn(otherServers, doOthers, "%d Ollama servers run (%s), and %d are to be measured", len(serving), strings.Join(serving, ", "), h.Servers))
	}
	return one(record.Clear(otherServers, "no other Ollama server"))
}

// serving lists the processes that are "ollama serve".
func serving(ctx context.Context) ([]string, error) {
	all, err := process.ProcessesWithContext(ctx)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, p := range all {
		name, err := p.NameWithContext(ctx)
		if err != nil || !strings.HasPrefix(strings.ToLower(name), "ollama") {
			continue
		}
		if words, err := p.CmdlineSliceWithContext(ctx); err == nil && slices.Contains(words, "serve") {
			out = append(out, fmt.Sprintf("pid %d", p.Pid))
		}
	}
	return out, nil
}
