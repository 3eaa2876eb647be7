package metric

import (
	"fmt"

	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/table"
)

// What tables say about their columns.
const (
	defDefinitions = "Efficiency, %% of N agents: measured, tok/s together ÷ tok/s one after the other in the same session; server, Σ (prompt_eval + eval) / wall; client, Σ agent wall / wall%s. Together ÷ solo: tok/s of all agents ÷ one agent's decode rate in the single suite, an estimate; below 1 they give less than one."
	defCenter      = "low, high: 95 % interval of the median, n/a below 6 runs."
	defBootstrap   = "low, high: 95 % bootstrap interval, n/a below 5 runs."

	// An interval is meant for repetitions of one thing. That of a pool of
	// different cells is still that of a median, but of a mixture which nobody will
	// run again, so the text says it.
	nRepetitions = "One value per run, over the repetitions of a cell."
	nPooledRuns  = "One value per run, over models, scenarios and repetitions; runs of different cells are no repetitions of one thing."
	nPool        = nPooledRuns + " The interval is of the pool."
)

// The words in full, for the glossary. Where a statistic misleads, its term says
// when.
var (
	termDefinitions = table.Term{Name: "efficiency by definition", Text: "Measured needs a solo pass. Server and client are the study's two formulas and cannot see contention; published mixes them, so runtimes can be compared under the other columns only. Together ÷ solo divides the agents' tok/s (Σ tokens / wall) by the mean over the model's single-agent cells of one agent's decode rate, same runtime: prompt and options differ there and a decode rate leaves prompt time out."}
	termInterval    = table.Term{Name: "median, low, high", Text: "Order-statistic interval of at least 95 %: it assumes nothing of the distribution and needs six values. Sd is the sample standard deviation (n − 1)."}
	termBootstrap   = table.Term{Name: "bootstrap interval", Text: fmt.Sprintf("Percentile method, %d resamples of runs, constant seed; n/a below %d runs. With few runs it is too narrow: five runs cover the truth in fewer than 95 of 100 cases.", stats.DefaultBootstrap().Resamples, stats.DefaultBootstrap().Least)}
	termTest        = table.Term{Name: "p, Holm, least p", Text: "Mann-Whitney U test, two-sided: exact without ties and up to 20 runs a side, else the normal approximation with corrections for ties and continuity. Holm: adjusted for all tests of one definition in the table. Least p: what Holm leaves of the smallest p that so many runs can give; at 0.05 or above the test cannot reject whatever was measured."}
	termCorrelation = table.Term{Name: "r", Text: "Pearson's correlation with Fisher's 95 % interval, n/a below four runs. Signed: Δ rate is insight − collector. Absolute: |Δ rate|, which is what a hypothesis about imbalance is about."}
	termOutlier     = table.Term{Name: "outlier", Text: "|x − median| > 2 × MAD of the cell's values, MAD raw (the study's plan). It flags about 18 % of a normal distribution, so a flag is a reason to look at a run. A session runs a flagged cell once more at its end, unless it was told not to; both results stay, and both count."}
	termShare       = table.Term{Name: "share", Text: "Between / (between + within), where between is the sample variance of the groups' means and within the mean of the groups' sample variances (TR116). The variance of the means contains some of the noise, so a share above 0 alone shows nothing. Its interval draws runs within their groups."}
	termFirst       = table.Term{Name: "first run", Text: "Run number 1 of a cell against all its later runs. Where it lies outside their range in most cells, something was not warm."}
	termService     = table.Term{Name: "η, balance, Jain", Text: "η: an agent's rate together ÷ its rate alone, 1 when it did not feel the others. Balance: shortest ÷ longest agent time. Jain: (Σ r)² / (N Σ r²) of the agents' rates. The last two are 1 when the agents were served alike, and are in [0, 1] and [1/N, 1]."}
)
