package main

import (
	"context"
	"os/exec"
	"runtime"
)

// engine looks for a container engine and builds the image that the tests with
// containers use. Without an engine they are left out, and that is said.
func engine(ctx context.Context, c *checker) error {
	if !c.haveOllama() {
		return nil
	}
	left := leftOut{what: "containers, for servers in them", install: "Docker Engine (apt-get install docker.io), running"}
	switch _, err := exec.LookPath("docker"); {
	case runtime.GOOS != "linux":
		left.because = "the image is built from a Linux program"
	case err != nil:
		left.because = err.Error()
	default:
		if _, err := c.output(ctx, "docker", "info"); err != nil {
			left.because = lastLine(err.Error())
		}
	}
	if left.because != "" {
		c.left = append(c.left, left)
		return nil
	}
	if err := c.goTool(ctx, []string{"CI="}, "run", "./tools/provision", "-static"); err != nil {
		return err
	}
	if err := c.goTool(ctx, nil, "run", "./tools/image"); err != nil {
		return err
	}
	c.have["containers"] = true
	return nil
}

// realContainers runs the multi suite in containers; where there is no engine,
// that has been said.
func realContainers(ctx context.Context, c *checker) error {
	if !c.have["containers"] {
		return nil
	}
	return realTest("./tools/duet/internal/bench", "TestRealContainers(Interrupted)?")(ctx, c)
}
