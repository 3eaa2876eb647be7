//go:build !unix

package browsertest

import "os/exec"

// group is the browser, which takes its children with it.
type group struct{ cmd *exec.Cmd }

func (g *group) lead(cmd *exec.Cmd) { g.cmd = cmd }

func (g *group) kill() {
	if g.cmd != nil && g.cmd.Process != nil {
		_ = g.cmd.Process.Kill()
	}
}
