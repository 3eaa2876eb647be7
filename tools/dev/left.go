package main

import (
	"context"
	"fmt"
	"os/exec"
	"strings"

	"github.com/shirou/gopsutil/v4/process"
)

// running lists what a test could leave behind: ollama processes and our own
// suites, servers and clients, with their command lines, and labelled containers.
func running(ctx context.Context) map[string]string {
	out := map[string]string{}
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
		out[fmt.Sprint(p.Pid)] = line
	}
	for id := range strings.FieldsSeq(containers(ctx)) {
		out[id] = "container"
	}
	return out
}

// containers are ours by their label; "" where there is no engine.
func containers(ctx context.Context) string {
	out, err := exec.CommandContext(ctx, "docker", "ps", "-aq", "--filter", "label=duet.server").Output()
	if err != nil {
		return ""
	}
	return string(out)
}

// leftRunning is an error that names what was not there before the tests. What
// holds a port is one of these.
func leftRunning(ctx context.Context, before map[string]string) error {
	var left []string
	for id, line := range running(context.WithoutCancel(ctx)) {
		if _, ok := before[id]; !ok {
			left = append(left, fmt.Sprintf("%s (%s)", id, line))
		}
	}
	if len(left) > 0 {
		return fmt.Errorf("left behind by the tests: %s", strings.Join(left, ", "))
	}
	return nil
}
