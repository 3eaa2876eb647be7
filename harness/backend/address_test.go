package backend

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAddressesAreSpelledOneWay(t *testing.T) {
	for in, want := range map[string]string{
		"http://127.0.0.1:11434":      "http://127.0.0.1:11434",
		" http://127.0.0.1:11434/":    "http://127.0.0.1:11434",
		"localhost:11435":             "http://127.0.0.1:11435",
		"LOCALHOST":                   "http://127.0.0.1:11434",
		"127.0.0.1":                   "http://127.0.0.1:11434",
		"[::1]:11435":                 "http://[::1]:11435",
		"http://[::ffff:127.0.0.1]:5": "http://127.0.0.1:5",
		"127.0.0.2:11434":             "http://127.0.0.2:11434",
		"0.0.0.0:11434":               "http://127.0.0.1:11434",
		"http://[::]:11434":           "http://[::1]:11434",
		"http://[::1%25lo]:5":         "http://[::1]:5",
	} {
		got, err := Address(in)
		assert.NoError(t, err, in)
		assert.Equal(t, want, got, in)
	}
}

func TestAddressesThatCannotBeUsedSayWhy(t *testing.T) {
	for in, want := range map[string]string{
		"":                            "empty",
		"http://192.168.0.7:11434":    "not this machine's loopback; allowed: 127.0.0.1, localhost, [::1]",
		"example.com:11434":           "not this machine",
		"https://127.0.0.1:11434":     "https is not supported",
		"ftp://127.0.0.1:11434":       "scheme ftp is not supported",
		"http://127.0.0.1:1/?key=1":   "behind a ? or #",
		"http://127.0.0.1:0":          "port must be from 1 to 65535",
		"http://127.0.0.1:99999":      "port must be from 1 to 65535",
		"http://127.0.0.1:x":          "not an address",
		"http://127.0.0.1:11434/api":  "a path (/api) is not supported",
		"http://u:s3cret@127.0.0.1:1": "endpoint \"http://…@127.0.0.1:1\": a user or a key",
	} {
		_, err := Address(in)
		assert.ErrorContains(t, err, want, "%q", in)
	}
}

func FuzzAddress(f *testing.F) {
	for _, s := range []string{"localhost:1", "http://[::1]:2/", "://", "127.1", "[", "%zz"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		out, err := Address(in)
		if err != nil {
			return
		}
		again, err := Address(out)
		if err != nil || again != out {
			t.Errorf("Address(%q) = %q, whose own form is %q, %v", in, out, again, err)
		}
	})
}
