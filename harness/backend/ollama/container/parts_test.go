package container

import (
	"debug/elf"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/chimeraforge/duet/harness/backend/ollama/process"
)

func TestAnEngineOnAnotherMachineIsNotOurs(t *testing.T) {
	for host, want := range map[string]bool{
		"unix:///var/run/docker.sock":      true,
		"npipe:////./pipe/docker_engine":   true,
		"tcp://127.0.0.1:2375":             true,
		"tcp://localhost:2375":             true,
		"tcp://[::1]:2375":                 true,
		"tcp://10.0.0.7:2376":              false,
		"tcp://localhost.example.org:2376": false,
		"ssh://me@elsewhere":               false,
		"http://169.254.1.1:2375":          false,
		"%zz":                              false,
		"tcp://127.0.0.1.example.org:2375": false,
	} {
		assert.Equal(t, want, local(host), host)
	}
}

func TestEveryFailureNamesTheNextThingToTry(t *testing.T) {
	assert.Contains(t, advice(errors.New("dial unix /var/run/docker.sock: connect: permission denied")), "usermod -aG docker")
	assert.Contains(t, advice(errors.New("Cannot connect to the Docker daemon")), "start Docker")
	for _, err := range []string{"permission denied", "no such file"} {
		assert.Contains(t, advice(errors.New(err)), "-duet.servers=process")
	}
	b := planned(t, Config{})
	for text, want := range map[string]string{
		`could not select device driver "" with capabilities: [[gpu]]`: "-duet.gpus=none",
		"Bind for 127.0.0.1:11434 failed: port is already allocated":   "-duet.endpoints",
		"Range of CPUs is from 0.01 to 2.00":                           "-duet.cpus",
		"Minimum memory limit allowed is 6MB":                          "-duet.memory",
		"it ended: exit status 3":                                      "it never started",
	} {
		err := b.servers[0].explain(errors.New(text))
		assert.ErrorContains(t, err, text)
		assert.ErrorContains(t, err, want)
		assert.ErrorContains(t, err, "-duet.servers=process")
	}
}

func TestAnOwnerLivesWhileItsProcessDoes(t *testing.T) {
	assert.True(t, owned(owner()))
	start := startOf(os.Getpid())
	assert.NotZero(t, start)
	assert.False(t, owned(fmt.Sprintf("%d:%d", os.Getpid(), start-3_600_000)), "another process had the id an hour before")
	assert.False(t, owned(fmt.Sprintf("%d:%d", 1<<30, start)), "no such process")
	for _, strange := range []string{"", "x", "1", "a:b", ":"} {
		assert.True(t, owned(strange), "what cannot be read is nobody's to remove: %q", strange)
	}
}

func TestSessionsHaveNamesOfTheirOwn(t *testing.T) {
	assert.NotEqual(t, newSession(), newSession())
	assert.NotEmpty(t, place())
}

func TestAnImageThatHoldsAnotherVersionIsRefused(t *testing.T) {
	assert.NoError(t, Image{Ref: Pinned}.check(process.Version))
	assert.NoError(t, Image{Ref: "mine:1"}.check("9.9.9"), "whoever names an image knows")
	assert.ErrorContains(t, Image{Ref: Built}.check("0.0.1"), "make image")
	assert.ErrorContains(t, Image{Ref: Pinned}.check("0.0.1"), "holds Ollama 0.0.1 and not "+process.Version)
}

func TestTheImageIsPinnedByDigest(t *testing.T) {
	name, digest, ok := strings.Cut(Pinned, "@")
	assert.True(t, ok)
	assert.Equal(t, "ollama/ollama:"+process.Version, name)
	assert.Regexp(t, `^sha256:[0-9a-f]{64}$`, digest)
}

func TestOnlyAStaticProgramGoesIntoAnEmptyImage(t *testing.T) {
	assert.ErrorContains(t, static(filepath.Join(t.TempDir(), "none")), "tools/dev provision -static")
	text := filepath.Join(t.TempDir(), "text")
	assert.NoError(t, os.WriteFile(text, []byte("#!/bin/sh\n"), 0o755))
	assert.ErrorContains(t, static(text), "not a Linux program")
	if f, err := elf.Open("/bin/sh"); err == nil {
		f.Close()
		assert.ErrorContains(t, static("/bin/sh"), "not statically linked")
	}
}

func TestAnEngineThatWasAskedForIsNotReplacedByAnother(t *testing.T) {
	t.Setenv("DOCKER_HOST", "tcp://10.1.2.3:2375")
	_, err := Connect(t.Context())
	assert.ErrorIs(t, err, ErrNoEngine)
	assert.ErrorContains(t, err, "on another machine (tcp://10.1.2.3:2375)")
}
