package sub_test

import "testing"

func FuzzFails(f *testing.F) {
	f.Add("a")
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 2 {
			t.Fatal("too long")
		}
	})
}
