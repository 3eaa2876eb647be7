package metric

import (
	"fmt"

	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/table"
)

// What tables say about their columns: a short form beside every table, the
// same in full once per report.
const (
	defEfficiency  = "Efficiency measured: tok/s together ÷ tok/s one after the other, per agent: 100 % is a machine for each, 100 / N % is taking turns (50 % for two). Server, client: the study's formulas, blind to contention."
	defInterval    = "low, high: 95 % interval of the median, n/a below 6 runs."
	defSpread      = "min, max: smallest and largest run."
	defDeltas      = "Δ: insight − collector."
	defAgentSpread = "Spread: largest − least of the agents."
	defContention  = "Contention: measured, together slower than taking turns; TR116, the study's rule."
	defRates       = "Together: Σ tokens / wall of the concurrent pass; alone: of the agents one after the other. η: an agent's rate together ÷ alone."
	defSingle      = "Ratios are tuned ÷ baseline within a run: a rate above 1 decodes faster, a TTFT below 1 answers sooner."
	defTTFT        = "TTFT: request to first non-empty chunk, client clock, model load included. Percentiles: R type 7; p90 wants 10 calls."

	nCell    = "One value per run, averaged over the repetitions of a cell."
	nPooled  = "; a range and no interval, because runs of different cells are no repetitions of one thing."
	nNoFails = " Failed runs are counted, never averaged."
)

// The same in full, each once in a report's glossary.
var (
	termMeasured    = table.Term{Name: "efficiency measured", Text: "Speedup / N × 100 for N agents, where speedup measured is the aggregate rate together (Σ tokens / wall) over the rate one after the other (Σ solo tokens / Σ solo wall), both from the same session. 100 % is as good as a machine for each agent, 100 / N % is what taking turns gives: 50 % for two."}
	termLegacy      = table.Term{Name: "efficiency server, efficiency client", Text: "The study's two formulas, as speedup / N × 100. Server: Σ (prompt_eval + eval duration) / wall (its Python). Client: Σ agent wall / wall (its Rust). They show how evenly the agents' times overlap and cannot see contention."}
	termStats       = table.Term{Name: "median, low, high, mean, sd", Text: "Low and high are the median's order-statistic interval at a confidence of at least 95 %; it assumes nothing of the distribution and is n/a below six runs, where no such interval exists. Sd is the sample standard deviation (n − 1). Min and max are single runs."}
	termDeltas      = table.Term{Name: "Δ rate, Δ TTFT", Text: "Insight − collector: decode rate (server), and mean TTFT of the agent's calls. One sign everywhere."}
	termAgentSpread = table.Term{Name: "spread of rate, of TTFT", Text: "Largest − least over the agents of a run: of their decode rates (server), and of the mean TTFT of their calls."}
	termContention  = table.Term{Name: "contention", Text: "Measured: speedup measured < 1, together slower than taking turns. TR116: client speedup below 0.75 N, the study's rule. Both as a share of the runs for which they are known."}
	termRates       = table.Term{Name: "rate together, rate alone", Text: "Together: Σ tokens / wall of the concurrent pass. Alone: Σ tokens / Σ wall of the agents one after the other."}
	termEta         = table.Term{Name: "η", Text: "An agent's rate together over its own rate alone; 1 means that it did not feel the others."}
	termFair        = table.Term{Name: "balance, Jain", Text: "Balance: shortest over longest agent time. Jain: (Σ r)² / (N Σ r²) over the agents' rates. Each is 1 when the agents were served alike."}
	termDecode      = table.Term{Name: "decode rate", Text: "Σ eval_count / Σ eval_duration of the pass, the server's own times."}
	termTTFT        = table.Term{Name: "TTFT", Text: "Arrival of the first non-empty chunk − just before the request was written, client clock, model load included. A pass's TTFT is the mean over its calls. Cold: calls that loaded their model, by load_duration; they are in the distribution, not hidden."}
	termPercentile  = table.Term{Name: "percentile", Text: "Linear interpolation between order statistics (R type 7). p90 is n/a below ten calls, where it would be little but the largest."}
	termWall        = table.Term{Name: "wall", Text: "Latest agent end − starting gun."}
	termWarnings    = table.Term{Name: "warnings", Text: "Doubts about runs, by rule. A run with a warning stays in every table."}
	termEnergy      = table.Term{Name: "J/tok, mean power", Text: "Energy of the GPUs (or CPU sockets, where the source is rapl) that the servers use while at least one agent was decoding: from a call's first text to its last chunk, overlapping calls counted once. From the energy counter where there is one, else power samples integrated by the trapezoidal rule. Mean power: that energy ÷ that time; J/tok: ÷ Σ tokens. Alone: all solo passes together."}
	termIdle        = table.Term{Name: "idle, above idle", Text: "Idle: mean power over the baseline before the run, when nothing was asked of the servers. Above idle: J/tok of what was drawn beyond it, the energy that the work itself cost."}
	termThrottled   = table.Term{Name: "throttled", Text: "A run in which the GPU named a reason for running slower than it could, while agents were decoding: power cap, power brake, or temperature."}
	termMoney       = table.Term{Name: "tok per money", Text: "Tokens for one unit of currency, at prices the user gave. By energy: of the window in which agents decoded. By GPU hour: of the whole time from gun to end, times the number of GPUs used."}
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
