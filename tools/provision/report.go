package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// part is one thing that tests need.
type part struct {
	Name      string `json:"name"`
	For       string `json:"for"` // what cannot be tested without it
	Available bool   `json:"available"`
	Detail    string `json:"detail"`            // where it is, or why it is not
	Install   string `json:"install,omitempty"` // the command that would install it
}

// report is what a call found and did.
type report struct {
	Parts []part `json:"parts"`
}

func (r report) leftOut() []part {
	var out []part
	for _, p := range r.Parts {
		if !p.Available {
			out = append(out, p)
		}
	}
	return out
}

// print lists what is there, then, in one block, what is not.
func (r report) print(w io.Writer) {
	for _, p := range r.Parts {
		if p.Available {
			fmt.Fprintf(w, "%s: %s\n", p.Name, p.Detail)
		}
	}
	left := r.leftOut()
	if len(left) == 0 {
		return
	}
	fmt.Fprintln(w, "\nLeft out:")
	for _, p := range left {
		fmt.Fprintf(w, "  %s, so %s cannot be tested\n    because: %s\n    install: %s\n", p.Name, p.For, p.Detail, p.Install)
	}
}

// write makes the JSON file, whole or not at all. An empty path writes nothing.
func (r report) write(path string) error {
	if path == "" {
		return nil
	}
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	part := filepath.Clean(path) + ".part"
	if err := os.WriteFile(part, append(text, '\n'), 0o644); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return os.Rename(part, path)
}
