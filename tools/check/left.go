package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/shirou/gopsutil/v4/process"
)

// servers lists the ollama processes that run now, with their command lines.
func servers(ctx context.Context) map[int32]string {
	out := map[int32]string{}
	all, err := process.ProcessesWithContext(ctx)
	if err != nil {
		return out
	}
	for _, p := range all {
		name, err := p.NameWithContext(ctx)
		if err != nil || !strings.HasPrefix(strings.ToLower(name), "ollama") {
			continue
		}
		line, _ := p.CmdlineWithContext(ctx)
		out[p.Pid] = line
	}
	return out
}

// leftRunning is an error that names the ollama processes that were not there
// before the tests.
func leftRunning(ctx context.Context, before map[int32]string) error {
	var left []string
	for pid, line := range servers(context.WithoutCancel(ctx)) {
		if _, ok := before[pid]; !ok {
			left = append(left, fmt.Sprintf("%d (%s)", pid, line))
		}
	}
	if len(left) > 0 {
		return fmt.Errorf("left behind by the tests: %s", strings.Join(left, ", "))
	}
	return nil
}
