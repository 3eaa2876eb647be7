package plan

import (
	"math"
	"regexp"
	"strconv"
	"strings"
)

// parameters are millions of parameters of the models that have a name here, as
// their publishers state them.
var parameters = map[string]int64{
	Study[0]: 7_600, Study[1]: 4_300, Study[2]: 8_000, Optional: 14_800,
	Full[0]: 7_600, Full[1]: 3_900, Full[2]: 8_000,
	Tiny[0]: 10, Tiny[1]: 10, Tiny[2]: 10,
}

// usual is what a model weighs whose name says nothing: the mean of the study's.
const usual = 6_600

// sized finds a size in a name: ":7b", "-8x7b-instruct", "_270m".
var sized = regexp.MustCompile(`(?:^|[^a-z0-9.])(?:([0-9]{1,3})x)?([0-9]{1,4}(?:\.[0-9]{1,3})?)([bm])(?:$|[^a-z0-9])`)

// Parameters is how many million parameters a model has, as far as its name tells.
func Parameters(model string) int64 {
	if n, ok := parameters[model]; ok {
		return n
	}
	m := sized.FindStringSubmatch(strings.ToLower(model))
	if m == nil {
		return usual
	}
	n, err := strconv.ParseFloat(m[2], 64)
	if err != nil || n <= 0 {
		return usual
	}
	if m[3] == "b" {
		n *= 1000
	}
	if experts, err := strconv.Atoi(m[1]); err == nil && experts > 0 {
		n *= float64(experts)
	}
	return max(1, int64(math.Round(n)))
}
