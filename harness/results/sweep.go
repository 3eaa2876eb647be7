package results

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
)

// begun is the name of a file that WriteFile had not renamed yet when its
// process was killed. Nothing reads it.
var begun = regexp.MustCompile(`^\.(` + regexp.QuoteMeta(MetricsFile) + `|` + regexp.QuoteMeta(SummaryJSON) + `|` +
	regexp.QuoteMeta(SummaryMD) + `|` + regexp.QuoteMeta(FailuresFile) + `|` + regexp.QuoteMeta(FileName) + `|` +
	regexp.QuoteMeta(BenchName) + `)-[0-9]+$`)

// sweep removes what a killed process had begun to write into a session that is
// locked by us.
func sweep(dir string) error {
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && begun.MatchString(d.Name()) {
			err = os.Remove(path)
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("remove what was left half written: %w", err)
	}
	return nil
}
