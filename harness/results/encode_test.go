package results

import (
	"bytes"
	"encoding/json"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestArraysOfNumbersAreOnOneLineAndNothingElseIs(t *testing.T) {
	got, err := Encode(map[string]any{
		"deltas": []int{1, -2, 3}, "rates": []float64{1.5, 1e-9}, "words": []string{"1", "[\n2\n]"}, "none": []int{},
		"mixed": []any{1, nil}, "deep": [][]int{{1}, {2, 3}}, "text": "[\n1,\n2\n]",
	})
	require.NoError(t, err)
	assert.Equal(t, `{
  "deep": [
    [1],
    [2,3]
  ],
  "deltas": [1,-2,3],
  "mixed": [
    1,
    null
  ],
  "none": [],
  "rates": [1.5,1e-9],
  "text": "[\n1,\n2\n]",
  "words": [
    "1",
    "[\n2\n]"
  ]
}
`, string(got))
}

// FuzzJoinNumbers holds the scan to what it stands for.
func FuzzJoinNumbers(f *testing.F) {
	f.Add(`{"a":[1,2],"b":["x",[3e-9]],"c":"[\n1]"}`)
	f.Add(`[[[]],[null],[true,1]]`)
	numbers := regexp.MustCompile(`\[\n[\s\d.,eE+-]*\]`)
	f.Fuzz(func(t *testing.T, text string) {
		var b bytes.Buffer
		if json.Indent(&b, []byte(text), "", "  ") != nil {
			return
		}
		want := numbers.ReplaceAllFunc(b.Bytes(), func(m []byte) []byte { return bytes.Join(bytes.Fields(m), nil) })
		assert.Equal(t, string(want), string(joinNumbers(b.Bytes())))
	})
}
