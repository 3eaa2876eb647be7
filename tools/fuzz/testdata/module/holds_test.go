package example

import "testing"

func FuzzHolds(f *testing.F) {
	f.Fuzz(func(*testing.T, string) {})
}
