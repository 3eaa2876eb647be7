package report

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// Levels of an annotation.
const (
	Error   = "error"
	Warning = "warning"
	Notice  = "notice"
)

// Most is how many annotations of a level GitHub shows of one step; more are
// counted in one further notice.
const Most = 10

// SummaryVariable names the file of the job's summary.
const SummaryVariable = "GITHUB_STEP_SUMMARY"

// Annotation is one remark.
type Annotation struct{ Level, Title, Message string }

// String is the workflow command. Line ends and the characters that end a
// property are written as GitHub reads them, so no text can add a command.
func (a Annotation) String() string {
	message := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	return fmt.Sprintf("::%s title=%s::%s", a.Level, property.Replace(a.Title), message.Replace(a.Message))
}

// WriteAnnotations writes annotations to w, and the Markdown into the job's summary, or to w
// where there is none.
func WriteAnnotations(w io.Writer, all []Annotation, markdown string) error {
	for _, a := range limited(all) {
		if _, err := fmt.Fprintln(w, a); err != nil {
			return err
		}
	}
	path := os.Getenv(SummaryVariable)
	if path == "" {
		_, err := io.WriteString(w, markdown)
		return err
	}
	return appendTo(path, markdown)
}

// limited keeps the first of each level: what GitHub drops silently is counted
// here.
func limited(all []Annotation) []Annotation {
	var out []Annotation
	counts := map[string]int{}
	for _, a := range all {
		if counts[a.Level]++; counts[a.Level] <= Most {
			out = append(out, a)
		}
	}
	if left := len(all) - len(out); left > 0 {
		out = append(out, Annotation{Notice, "more", fmt.Sprintf("%d more remarks are in the summary", left)})
	}
	return out
}

// appendTo adds to the summary: other steps write to it too.
func appendTo(path, markdown string) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("$%s: %w", SummaryVariable, err)
	}
	_, err = io.WriteString(f, markdown)
	return errors.Join(err, f.Close())
}
