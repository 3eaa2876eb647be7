package report

import (
	"slices"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/table"
)

// Study is what the room of another tool's runs says of them in a report. It
// registers itself, as a database driver does.
type Study struct {
	Prefix  string                          // that the ids of its tables begin with
	Tables  func(*metric.Set) []table.Table // by that tool's formulas, of any runs
	Answer  func(*metric.Set) []string      // sentences about its own pairs
	Reading []string                        // how to read a report of its own runs
}

// study is empty in a program that imports no such room.
var study Study

// RegisterStudy is called by that room.
func RegisterStudy(s Study) { study = s }

// studyTables are about the runs that the study measured, and about all where
// they are asked for: its formulas do not compare what duet measured.
func studyTables(set *metric.Set) []table.Table {
	if study.Tables == nil {
		return nil
	}
	wanted := *set
	if !set.Study {
		wanted.Rows = slices.DeleteFunc(slices.Clone(set.Rows), func(r *metric.Row) bool { return !r.Imported() })
	}
	return study.Tables(&wanted)
}
