package tr116_test

import (
	"regexp"
	"strings"
)

// Headings that name the row which the lines below them are about.
var (
	configHeading       = regexp.MustCompile(`^#{3,4} (\S+) \| (\S+) \| (\S+)$`)
	runsHeading         = regexp.MustCompile(`^## (\d+)\. (Rust|Python): (.+) - (.+)$`)
	varianceHeading     = regexp.MustCompile(`^## 2\. Variance Decomposition \((\w+)\)$`)
	distributionHeading = regexp.MustCompile(`^### (RUST|PYTHON)$`)
)

// spelt are names as appendix B spells them.
var spelt = map[string]string{
	"Qwen 2.5 7B": "qwen2.5", "Gemma 3": "gemma3", "Llama 3.1 8B": "llama3.1",
	"Baseline vs Chimera": "baseline-vs-chimera", "Chimera Homo": "chimera-homo",
}

// heading sets what the next lines are about.
func (c *comparison) heading(l line) bool {
	if m := configHeading.FindStringSubmatch(l.text); m != nil {
		c.context = canonical(strings.Join(m[1:], "/"))
		return true
	}
	if m := runsHeading.FindStringSubmatch(l.text); m != nil {
		c.context = canonical(m[2]) + "/" + spelt[m[3]] + "/" + spelt[m[4]]
		return true
	}
	for _, re := range []*regexp.Regexp{varianceHeading, distributionHeading} {
		if m := re.FindStringSubmatch(l.text); m != nil {
			c.context = canonical(m[1])
			return true
		}
	}
	return false
}
