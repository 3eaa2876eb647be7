package findings

import (
	"fmt"
	"path"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
)

// named is how many files a finding names for readers.
const named = 3

// files names the first few, below the folder that all have in common: the rest of
// a path is what tells them apart.
func files(b *strings.Builder, s style, all []record.Place, root string) {
	if len(all) == 0 {
		return
	}
	b.WriteString(plural(len(all), "file"))
	if root != "" {
		b.WriteString(" below " + s.code(root))
	}
	b.WriteString(":\n\n")
	for _, p := range all[:min(len(all), named)] {
		b.WriteString("* " + s.code(strings.TrimPrefix(p.File, root)) + "\n")
	}
	if n := len(all) - named; n > 0 {
		fmt.Fprintf(b, "* … and %d more; JSON names all\n", n)
	}
	b.WriteString("\n")
}

// folder is the folder that every file of the findings lies in, with a slash at its
// end; "" where they share none. It is cut back folder by folder, so that half a
// name is never taken for one.
func folder(findings []record.Finding) string {
	root, first := "", true
	for _, f := range findings {
		for _, p := range f.Places {
			file := p.File
			if dir, _ := path.Split(file); first {
				root, first = dir, false
			}
			for root != "" && !strings.HasPrefix(file, root) {
				root, _ = path.Split(strings.TrimSuffix(root, "/"))
			}
		}
	}
	return root
}
