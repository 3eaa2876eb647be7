package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"
)

// Slug turns any model name into one path element that is also safe inside a
// benchmark name: lower-case letters, digits, '_' and '-' only, never starting
// with a hyphen, never ending in hyphen-digits (which readers of benchmark
// lines take for GOMAXPROCS), never a device name of Windows, at most 64 bytes.
//
// An ordinary name stays readable, after the study's own folders:
//
//	qwen2.5:7b                 qwen2p5_7b
//	llama3.1:8b-instruct-q4_0  llama3p1_8b-instruct-q4_0
//
// Any other name gets a hash of the whole of it behind what can be kept, so two
// different models never share a folder.
func Slug(model string) string {
	s := strings.Map(keep, model)
	if readable(model) && len(s) <= 64 && !procs.MatchString(s) && !device.MatchString(s) {
		return s
	}
	sum := sha256.Sum256([]byte(model))
	return strings.Trim(s[:min(len(s), 48)], "-") + "_x" + hex.EncodeToString(sum[:4]) + "x"
}

// Plain reports whether a name is safe as it stands, in a path and inside a
// benchmark name.
func Plain(name string) bool {
	return name != "" && len(name) <= 64 && strings.Map(keep, name) == name &&
		name[0] != '-' && !procs.MatchString(name) && !device.MatchString(name)
}

// keep maps one rune of a name to one of a slug.
func keep(r rune) rune {
	switch {
	case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-', r == '_':
		return r
	case r == '.':
		return 'p'
	}
	return '_' // upper case too: macOS and Windows would fold two names into one folder
}

var (
	// ordinary is name or name:tag, where only the tag may have an underscore,
	// so that the first one in the slug is the colon.
	ordinary = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]*(:[a-z0-9][a-z0-9._-]*)?$`)
	// looseDot is a dot that is not between two digits, versionP a p that is:
	// without both, 'p' between digits reads back as a dot.
	looseDot = regexp.MustCompile(`(^|[^0-9])\.|\.([^0-9]|$)`)
	versionP = regexp.MustCompile(`[0-9]p[0-9]`)
	procs    = regexp.MustCompile(`-[0-9]+$`)
	device   = regexp.MustCompile(`^(con|prn|aux|nul|com[0-9]|lpt[0-9])$`)
)

// readable reports whether a name can be read back from its slug.
func readable(model string) bool {
	return ordinary.MatchString(model) && !looseDot.MatchString(model) && !versionP.MatchString(model)
}
