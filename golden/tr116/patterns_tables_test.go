package tr116_test

// tables are the lines that the study's program printed: every figure in them is
// a cell of ours, with the same decimals.
var tables = []*pattern{
	{under: "Runtime-Level Summary", table: "runtime",
		text: "| {K} | {runs} | {efficiency mean} | {efficiency sd} | {speedup mean} | {speedup sd} |"},
	{under: "Model x Runtime Summary", table: "model_runtime",
		text: "| {K} | {K} | {efficiency mean} | {efficiency sd} | {speedup mean} | {speedup sd} |"},
	{under: "Configuration-Level Summary", table: "config",
		text: "| {K} | {K} | {K} | {runs} | {speedup mean} | {speedup sd} | {efficiency mean} | {efficiency sd} | {efficiency min} | {efficiency max} | {throughput Δ mean} | {TTFT Δ mean} | {contention rate} |"},

	{under: "PYTHON |", table: "config_notes", context: true, text: notesRuns},
	{under: "PYTHON |", table: "config_notes", context: true, text: notesDeltas},
	{under: "RUST |", table: "config_notes", context: true, text: notesRuns},
	{under: "RUST |", table: "config_notes", context: true, text: notesDeltas},

	{under: "Summary Table", table: "single",
		text: "| {K} | {K} | {configs} | {throughput baseline} | {throughput tuned} | {throughput improvement} | {TTFT baseline} | {TTFT tuned} | {TTFT reduction} |"},

	{under: "Appendix A", table: "flat",
		text: "| {K} | {K} | {K} | {K} | {speedup} | {efficiency} | {throughput Δ} | {TTFT Δ} | {contention} | {path} |"},

	{under: "Appendix B", table: "runs", context: true,
		text: "| {K} | {speedup}x | {efficiency} | {throughput Δ} | {TTFT Δ} | {contention} |"},
	{under: "Appendix B", table: "run_statistics", context: true, text: "- Mean: {efficiency mean}%"},
	{under: "Appendix B", table: "run_statistics", context: true, text: "- Std Dev: {efficiency sd}pp"},
	{under: "Appendix B", table: "run_statistics", context: true, text: "- Min: {efficiency min}% | Max: {efficiency max}%"},
	{under: "Appendix B", table: "run_statistics", context: true, text: "- Range: {efficiency range}pp"},
	{under: "Appendix B", table: "run_statistics", context: true, text: "- CV: {efficiency CV}%"},
	{under: "1. Correlation", table: "correlation", text: "- **{K} ({K})**: r = {r}"},
	{under: "1. Correlation", table: "correlation", context: true, text: "  - {strength}"},
	{under: "2. Variance", table: "variance", context: true, text: "- **Between-Model Variance:** {between} pp^2"},
	{under: "2. Variance", table: "variance", context: true, text: "- **Within-Model Variance (avg):** {within} pp^2"},
	{under: "2. Variance", table: "variance", context: true, text: "- **Total Variance:** {total} pp^2"},
	{under: "2. Variance", table: "variance", context: true, text: "- **Between-Model % of Total:** {share between}%"},
	{under: "Appendix B", table: "distribution", context: true, text: "- **Mean:** {efficiency mean}%"},
	{under: "Appendix B", table: "distribution", context: true, text: "- **Median (P50):** {efficiency P50}%"},
	{under: "Appendix B", table: "distribution", context: true, text: "- **P5:** {efficiency P5}% | **P95:** {efficiency P95}%"},
	{under: "Appendix B", table: "distribution", context: true, text: "- **Range:** {efficiency min}% - {efficiency max}% ({efficiency range}pp)"},
	{under: "Appendix B", table: "distribution", context: true, text: "- **Std Dev:** {efficiency sd}pp"},

	{under: "Appendix C", table: "single_cells",
		text: "| {K} | {K} | {K} | {K} | {temp} | {throughput baseline} | {throughput tuned} | {throughput improvement} | {TTFT baseline} | {TTFT tuned} | {TTFT reduction} | {source} |"},

	{under: "Appendix D", table: "cards", context: true,
		text: "- Speedup mean {speedup mean}x (std {speedup sd}); Efficiency mean {efficiency mean}% (std {efficiency sd}pp)."},
	{under: "Appendix D", table: "cards", context: true, text: "- Best run {efficiency best}% | Worst run {efficiency worst}%."},
	{under: "Appendix D", table: "cards", context: true,
		text: "- Throughput delta mean {throughput Δ mean} tok/s; TTFT delta mean {TTFT Δ mean} ms; Contention {contention rate}%."},

	{under: "Appendix E", table: "manifest", context: true, text: "- {file}"},

	{under: "Appendix F", table: "run_notes",
		text: "- {K} | {K} | {K} | run {K}: {speedup}x speedup, {efficiency}% efficiency, throughput delta {throughput Δ} tok/s, TTFT delta {TTFT Δ} ms, contention {contention}."},

	{under: "Appendix G", table: "single_runs",
		text: "- {K} | {K} | {K} | run {K}: throughput {throughput baseline}->{throughput tuned} tok/s (Delta {throughput improvement}%), TTFT {TTFT baseline}->{TTFT tuned} ms (Delta {TTFT reduction}%)."},
	{under: "Appendix G", table: "single_aggregates",
		text: "- {K} | {K} | {K}: baseline {throughput baseline} tok/s, chimera {throughput tuned} tok/s, TTFT {TTFT baseline}->{TTFT tuned} ms (Delta {TTFT reduction}%)."},

	{under: "Appendix K", table: "samples",
		text: "- {K} | {K} | {K} | run {K}: efficiency {efficiency}% | speedup {speedup}x | throughput delta {throughput Δ} tok/s | TTFT delta {TTFT Δ} ms."},
}

const (
	notesRuns   = "- Runs: {runs} | Speedup mean {speedup mean}x (std {speedup sd}) | Efficiency mean {efficiency mean}% (std {efficiency sd}pp, range {efficiency min}-{efficiency max}%)."
	notesDeltas = "- Throughput delta mean: {throughput Δ mean} tok/s | TTFT delta mean: {TTFT Δ mean} ms | Contention rate: {contention rate}%."
)
