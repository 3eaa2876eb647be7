package trust

import (
	"fmt"
	"maps"
	"math"
	"slices"
)

// same is how far two computations of one value may lie apart, relative: on
// another processor a product and a sum may be rounded once instead of twice.
const same = 1e-9

// close reports whether two values are one.
func close(a, b float64) bool {
	return a == b || math.Abs(a-b) <= same*max(math.Abs(a), math.Abs(b))
}

// unlike says where decoded JSON is not what it should be, "" where nowhere. Keys
// that only one of them has are no difference: the two may be of two versions. It stops
// at the first place, which is enough for a reader to go and look.
func unlike(at string, have, want any) string {
	switch w := want.(type) {
	case map[string]any:
		h, ok := have.(map[string]any)
		if !ok {
			return fmt.Sprintf("%s is %v", at, have)
		}
		for _, key := range slices.Sorted(maps.Keys(w)) {
			if value, ok := h[key]; ok {
				if why := unlike(joined(at, key), value, w[key]); why != "" {
					return why
				}
			}
		}
		return ""
	case []any:
		h, ok := have.([]any)
		if !ok || len(h) != len(w) {
			return fmt.Sprintf("%s has other entries than its runs", at)
		}
		for i := range w {
			if why := unlike(fmt.Sprintf("%s[%d]", at, i), h[i], w[i]); why != "" {
				return why
			}
		}
		return ""
	case float64:
		if h, ok := have.(float64); ok && close(h, w) {
			return ""
		}
	default:
		if have == want {
			return ""
		}
	}
	return fmt.Sprintf("%s is %v, its runs give %v", at, have, want)
}

// joined is the path to a key, as a reader would write it.
func joined(at, key string) string {
	if at == "" {
		return key
	}
	return at + "." + key
}
