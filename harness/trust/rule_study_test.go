package trust_test

import (
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden"
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
	_ "github.com/chimeraforge/duet/harness/tr116"
	"github.com/chimeraforge/duet/harness/trust"
)

// shared is a file of the study's or about it. Where it is missing the test is
// skipped.
func shared(t testing.TB, name string) string {
	t.Helper()
	return golden.Shared(t, filepath.FromSlash(name))
}

// audited is the audit of the study's raw files, made once.
var audited = sync.OnceValues(func() (map[string]record.Finding, error) {
	dir, err := golden.Study("tr116", "raw", "results")
	if err != nil {
		return nil, err
	}
	tree, err := results.ReadTree(dir)
	if err != nil {
		return nil, err
	}
	var runs []*record.Run
	paths := map[*record.Run]string{}
	for _, f := range tree.Files {
		runs = append(runs, f.Run)
		paths[f.Run] = filepath.ToSlash(f.Path)
	}
	out := map[string]record.Finding{}
	for _, f := range trust.Audit(metric.NewSet(runs), func(r *record.Run) string { return paths[r] }) {
		out[f.Code] = f
	}
	return out, errors.Join(tree.Errors...)
})

func studyFindings(t testing.TB) map[string]record.Finding {
	t.Helper()
	shared(t, "tr116/raw/results")
	found, err := audited()
	require.NoError(t, err)
	return found
}

// figure is a finding's figure as it is printed, with its sd.
func figure(t testing.TB, f record.Finding, of, name string) string {
	t.Helper()
	for _, x := range f.Figures {
		if x.Of == of && x.Name == name {
			return x.Cell()
		}
	}
	t.Errorf("%s has no figure %q of %q", f.Code, name, of)
	return ""
}

// TestTheStudysFigures holds what AUDIT.md says in sentences; its tables are
// read by TestEveryNumberInTheTablesOfTheAudit.
func TestTheStudysFigures(t *testing.T) {
	found := studyFindings(t)
	const llama, gemma, qwen = "llama3.1:8b-instruct-q4_0", "gemma3:latest", "qwen2.5:7b"
	for _, c := range []struct{ rule, of, name, want string }{
		{"pair-slower-than-one", "python", "together slower than one agent", "30 of 30"},
		{"pair-slower-than-one", "rust", "together slower than one agent", "30 of 30"},
		{"pair-slower-than-one", "python", "together ÷ solo", "0.64 ± 0.08"},
		{"pair-slower-than-one", "rust", "together ÷ solo", "0.66 ± 0.06"},
		{"pair-slower-than-one", "python", "sum of decode rates ÷ solo", "0.76 ± 0.07"},
		{"pair-slower-than-one", "rust", "sum of decode rates ÷ solo", "0.72 ± 0.10"},
		{"no-solo-baseline", "python", "without a solo pass", "30 of 30"},
		{"no-solo-baseline", "rust", "without a solo pass", "30 of 30"},
		{"label-differs", "python, multi", "num_ctx 2048 asked for under the label ctx512", "45 of 45"},
		{"cold-runs", "python, run 1", "efficiency", "67.75 ± 11.02"},
		{"cold-runs", "python, later runs", "efficiency", "86.47 ± 2.99"},
		{"contention-rule", "python", "flagged by one rule on published speedups", "4 of 30"},
		{"contention-rule", "rust", "flagged by one rule on published speedups", "1 of 30"},
		{"contention-rule", "python", "flagged as printed", "0 of 30"},
		{"contention-rule", "rust", "flagged as printed", "1 of 30"},
		{"lost-zeros", "python " + gemma + " baseline-vs-chimera", "Δ TTFT, zeros kept", "6.894"},
		{"lost-zeros", "python " + gemma + " baseline-vs-chimera", "Δ TTFT, zeros lost", "8.617"},
		{"correlation-sign", "rust " + llama, "r, signed delta", "0.391"},
		{"correlation-sign", "rust " + llama, "r, absolute delta", "-0.989"},
		{"correlation-sign", "rust " + qwen, "r, signed delta", "-0.007"},
		{"correlation-sign", "rust " + qwen, "r, absolute delta", "-0.804"},
		{"correlation-sign", "rust " + gemma, "r, signed delta", "0.439"},
		{"correlation-sign", "rust " + gemma, "r, absolute delta", "-0.498"},
		{"missing-runs", "python " + qwen + " gpu60 ctx512 temp0.8", "measured runs", "1 of 5"},
		{"missing-runs", "python " + qwen + " gpu60 ctx512 temp0.8", "TTFT reduction", "66.06"},
		{"missing-runs", "rust " + qwen + " gpu60 ctx1024 temp0.8", "measured runs", "1 of 5"},
		{"baseline-is-default", "rust, single", "baselines without options", "56 of 56"},
		{"coordination", "python", "wall − slower agent", "1.49 ± 2.97"},
		{"unequal-work", "python", "tokens, collector ÷ insight", "0.56 ± 0.10"},
		{"unequal-work", "python", "calls per agent", "1"},
		{"unequal-work", "rust", "calls per agent", "2"},
	} {
		assert.Equal(t, c.want, figure(t, found[c.rule], c.of, c.name), "%s, %s of %s", c.rule, c.name, c.of)
	}
}

func TestTheStudysFiles(t *testing.T) {
	found := studyFindings(t)
	for rule, n := range map[string]int{
		"mixed-definitions": 84, "pair-slower-than-one": 60, "label-differs": 30, "same-options": 3,
		"lost-zeros": 5, "contention-rule": 5, "missing-runs": 2, "correlation-sign": 30,
	} {
		assert.Len(t, found[rule].Places, n, rule)
	}
	for _, f := range found["same-options"].Places {
		assert.Contains(t, f.File, "single/python/")
		assert.Contains(t, f.File, "gpu80_ctx1024_temp08")
	}
	for _, f := range found["missing-runs"].Places {
		assert.Contains(t, f.File, "/qwen2p5_7b/gpu60_ctx")
	}
}

func TestTheStudysVerdicts(t *testing.T) {
	found := studyFindings(t)
	for rule, f := range found {
		switch rule {
		case "published-differs", "simulated":
			assert.Equal(t, record.NothingFound, f.Verdict, rule)
		case "server-differs":
			assert.Equal(t, record.NotApplicable, f.Verdict, rule)
		default:
			assert.Equal(t, record.Found, f.Verdict, rule)
		}
	}
	text := found["mixed-definitions"].Evidence
	for _, want := range []string{"a gap of 12.44 points", "a gap of 7.76 points", "a gap of 4.15 points (4.14 before rounding)",
		"prompt_eval_duration", "Δ TTFT insight − collector", "Δ TTFT collector − insight", "contention never computed"} {
		assert.Contains(t, text, want)
	}
	assert.True(t, strings.Contains(found["missing-runs"].Evidence, "largest TTFT reduction of all 24 cells, +66.06 %"), found["missing-runs"].Evidence)
}
