// Generate writes the CSV files of testdata/tr116 from the Markdown of
// Technical Report 116.
//
//	go run ./golden/tr116/published/generate REPORT.md FOLDER
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/chimeraforge/duet/golden/tr116/published"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: generate REPORT.md FOLDER")
		os.Exit(2)
	}
	if err := generate(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintf(os.Stderr, "generate: %v\n", err)
		os.Exit(1)
	}
}

func generate(report, folder string) error {
	text, err := os.ReadFile(report)
	if err != nil {
		return err
	}
	files, err := published.Files(string(text))
	if err != nil {
		return fmt.Errorf("%s: %w", report, err)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(folder, f.Name), []byte(f.CSV()), 0o644); err != nil {
			return err
		}
	}
	return nil
}
