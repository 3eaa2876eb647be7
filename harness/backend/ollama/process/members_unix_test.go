//go:build unix && !linux

package process

import "testing"

// requireMembers cannot be checked without /proc.
func requireMembers(*testing.T, int, int) {}
