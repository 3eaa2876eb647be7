package preflight

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/chimeraforge/duet/harness/backend/ollama/servers"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/table"
)

// width is where sentences are wrapped.
const width = 100

// page is everything that was found, the servers first and what to do last.
func page(found servers.Found, answers []record.Finding, spoilers []record.Finding) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Servers: %s – %s\n", cmp.Or(found.Kind, "none"), found.Why)
	for _, s := range found.Servers {
		serverPart(&b, s)
	}
	b.WriteString("\nMachine\n")
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, a := range answers {
		fmt.Fprintf(w, "  %s\t%s\t%s\n", words[a.Verdict], a.Code, a.Evidence)
	}
	_ = w.Flush() // a strings.Builder takes everything
	b.WriteString("\n" + conclusion(answers, spoilers))
	return b.String()
}

// words are verdicts for readers.
var words = map[string]string{record.NothingFound: "ok", record.Found: "SPOILS", record.NotApplicable: "unknown"}

func serverPart(b *strings.Builder, s servers.Server) {
	if s.Problem != "" {
		fmt.Fprintf(b, "  %s %s: cannot be asked: %s\n", s.ID, s.URL, s.Problem)
		return
	}
	fmt.Fprintf(b, "  %s %s, Ollama %s\n", s.ID, s.URL, s.Version)
	w := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "    model\tquantisation\tparameters\tits context\tin effect\tin memory\tin VRAM\t\n")
	for _, m := range s.Models {
		fmt.Fprintf(w, "    %s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", m.Name, some(m.Quantization), some(m.ParameterSize),
			some(strings.TrimPrefix(strconv.Itoa(m.MaxContext), "0")), of(m.Context, 1, ""), of(m.SizeB, 1<<20, " MiB"), of(m.VRAMB, 1<<20, " MiB"), remark(m))
	}
	_ = w.Flush()
	if len(s.Others) > 0 {
		slices.Sort(s.Others)
		b.WriteString(table.Wrap(fmt.Sprintf("also on its disk: %s", strings.Join(s.Others, ", ")), width, "    "))
	}
}

// remark is what a row cannot say.
func remark(m servers.Model) string {
	switch {
	case !m.Here:
		return "not there; a session gets it"
	case !m.Wanted:
		return "not to be measured"
	case m.SizeB == nil:
		return "not loaded"
	}
	return ""
}

// conclusion is what to do, and what could not be looked at.
func conclusion(answers []record.Finding, spoilers []record.Finding) string {
	var b strings.Builder
	if len(spoilers) == 0 {
		b.WriteString("Nothing was found that would spoil a measurement.\n")
	} else {
		b.WriteString("What may spoil a measurement:\n")
	}
	for i, s := range spoilers {
		n := strconv.Itoa(i+1) + ". "
		b.WriteString(table.Wrap(n+s.Evidence, width, "  "))
		b.WriteString(table.Wrap("do: "+s.Do, width, "     "))
	}
	var unknown []string
	for _, a := range answers {
		if a.Verdict == record.NotApplicable && !slices.Contains(unknown, a.Code) {
			unknown = append(unknown, a.Code)
		}
	}
	if len(unknown) > 0 {
		b.WriteString("Not known here: " + strings.Join(unknown, ", ") + ".\n")
	}
	return b.String()
}

func some(s string) string { return cmp.Or(s, "n/a") }

// of is a number that may not be known; unit divides it.
func of[T int | int64](n *T, unit T, suffix string) string {
	if n == nil {
		return "n/a"
	}
	return fmt.Sprint(*n/unit) + suffix
}
