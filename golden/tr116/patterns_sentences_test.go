package tr116_test

// sentences are what a writer made of the tables. Their figures are cells, or
// the smallest or largest of some, rounded as the writer did.
var sentences = []*pattern{
	{text: "**Test Matrix:** {count flat;.*;run} dual-agent runs ({count config;.*;runs} configs x {max config;.*;runs} runs) + {count single_cells;.*;ctx} single-agent configs"},
	{text: "- Rust (tokio-default) sustained **{=runtime;rust;efficiency mean}% mean efficiency** and **{=runtime;rust;speedup mean}x mean speedup**, beating Python asyncio by **{=gap;rust/python;efficiency gap} percentage points** and **{=gap;rust/python;speedup gap}x** respectively across the same {count flat;.*;run} dual-agent runs."},
	{text: "- Best multi-agent combination: **Rust gemma3 chimera-homo** -> {max cards;.*;speedup mean}x speedup, {max cards;.*;efficiency mean}% efficiency (std {=cards;rust/gemma3/chimera-homo;efficiency sd}pp)."},
	{text: "- Lowest multi-agent combination: **Python qwen2.5 baseline-vs-chimera** -> {min cards;.*;speedup mean}x speedup, {min cards;.*;efficiency mean}% efficiency (std {=cards;python/qwen2.5/baseline-vs-chimera;efficiency sd}pp)."},
	{text: "- Throughput balance drives efficiency: Python runs show " + pythonSkew + " tok/s mean throughput deltas between agents, whereas Rust stays within x{maxabs config;rust/(gemma3|llama3.1)/.*;throughput Δ mean} tok/s (except Qwen baseline at {=config;rust/qwen2.5/baseline-vs-chimera;throughput Δ mean} tok/s)."},
	{text: "- TTFT imbalance is runtime-specific: Rust baseline-vs-chimera scenarios carry " + rustTTFT + " ms TTFT delta (collector slower), yet still achieve {min config;rust/.*/baseline-vs-chimera;efficiency mean}-{max config;rust/(gemma3|llama3.1)/baseline-vs-chimera;efficiency max}% efficiency. Python chimera-homo runs shrink TTFT deltas to " + pythonTTFT + " ms and gain ~{max scenario_gain;python/.*;efficiency gain}pp efficiency over Python baseline-vs-chimera."},
	{text: "- Contention was rare: only {flagged flat;.*;contention} of {count flat;.*;run} multi-agent runs flagged resource contention (Qwen 2.5 Rust chimera-homo run_{flaggedrun flat;rust/qwen2.5/chimera-homo/.*;run})."},
	{text: "- Single-agent throughput deltas are tiny (<{under single;.*;throughput improvement}%): chimera-optimized configs neither help nor hurt throughput meaningfully. Python TTFT worsened ({minabs single;python/.*;TTFT reduction}-{maxabs single;python/.*;TTFT reduction}% regression), while Rust improved TTFT for Gemma/Llama ({min single;rust/(gemma3|llama3.1);TTFT reduction}-{max single;rust/(gemma3|llama3.1);TTFT reduction}%) but regressed for Qwen ({=single;rust/qwen2.5;TTFT reduction}%)."},

	{text: "1. Use **Rust tokio-default + Gemma 3 or Llama 3.1** for dual-agent orchestration; both deliver ~{min model_runtime;(gemma3|llama3.1)/rust;speedup mean}x speedup at " + rustBest + "% efficiency."},
	{text: "2. Avoid Python asyncio for high-concurrency agent work; efficiency ceiling observed at {max config;python/.*;efficiency mean}% with higher throughput/TTFT imbalance."},
	{text: "3. If Qwen 2.5 must be used, prefer the Rust stack and monitor throughput skew; expect ~{=model_runtime;qwen2.5/rust;efficiency mean}% efficiency and occasional contention under chimera-homo."},

	{text: "- Repetitions: {max config;.*;runs} runs per multi-agent config ({count config;.*;runs} configs -> {count flat;.*;run} runs); {max single;.*;configs} single-agent configs per model/runtime (GPU " + singleOptions + ") -> {count single_cells;.*;ctx} configs"},

	{text: "- Efficiency gap: Rust {=gap;rust/python;efficiency runtime}% vs Python {=gap;rust/python;efficiency against}% (gap {=gap;rust/python;efficiency gap}pp). Speedup gap: Rust {=gap;rust/python;speedup runtime}x vs Python {=gap;rust/python;speedup against}x."},
	{text: "- Rust variance is lower: {=distribution;rust;efficiency sd}pp std vs {=distribution;python;efficiency sd}pp in Python, despite higher absolute efficiency."},
	{text: "- Python improvements from baseline-vs-chimera to chimera-homo are modest (~{min scenario_gain;python/.*;efficiency gain}-{max scenario_gain;python/.*;efficiency gain}pp), indicating coordination overhead dominates more than prompt asymmetry."},
	{text: "- Rust remains near-linear even with TTFT imbalance because throughput delta is near zero; Python throughput deltas (" + pythonSkew + " tok/s) map to lower efficiency."},
	{text: "- Observation: Rust stays within {min config;rust/(gemma3|llama3.1)/.*;efficiency min}-{max config;rust/(gemma3|llama3.1)/.*;efficiency max}% efficiency for Gemma/Llama; Qwen shows higher spread and the only contention event (run_{flaggedrun flat;rust/qwen2.5/chimera-homo/.*;run} chimera-homo)."},

	{text: "- Python throughput deltas are positive and sizeable (" + pythonSkew + " tok/s), implying one agent consistently outran the other; this correlates with the lower efficiency per correlation analysis (see Appendix)."},
	{text: "- Rust throughput deltas hover near zero for Gemma/Llama; Qwen baseline shows {=config;rust/qwen2.5/baseline-vs-chimera;throughput Δ mean} tok/s mean delta yet still reaches ~{=config;rust/qwen2.5/baseline-vs-chimera;efficiency mean}% efficiency, suggesting Rust scheduling hides the skew better."},
	{text: "- TTFT deltas in Rust baseline-vs-chimera are high (" + rustTTFT + " ms) but do not prevent ~{max config;rust/.*/baseline-vs-chimera;efficiency mean}% efficiency, showing TTFT is less dominant than throughput skew for this workload."},
	{text: "- Python chimera-homo cuts TTFT deltas (down to " + pythonTTFT + " ms) and gains ~{max scenario_gain;python/.*;efficiency gain}pp efficiency over Python baseline-vs-chimera, but remains below Rust by double digits."},

	{text: "- Only {flagged flat;.*;contention}/{count flat;.*;run} multi-agent runs flagged contention (Qwen Rust chimera-homo run_{flaggedrun flat;rust/qwen2.5/chimera-homo/.*;run}). No drops or missing metrics after re-parsing Rust summaries."},
	{text: "- Efficiency std per config stays under {under config;rust/(gemma3|llama3.1)/.*;efficiency sd}pp for Rust Gemma/Llama but rises to {=config;rust/qwen2.5/chimera-homo;efficiency sd}pp for Rust Qwen chimera-homo, indicating that model is sensitive to skew even on Rust."},
	{text: "- Python configs show larger swings (std up to {max config;python/.*;efficiency sd}pp for Llama baseline-vs-chimera) confirming the higher volatility of asyncio under load."},

	{text: "- Throughput: All models and runtimes show <{under single;.*;throughput improvement}% delta between baseline and chimera configs; throughput is effectively unchanged by the chimera prompt tuning in single-agent mode."},
	{text: "- TTFT: Python regresses (Gemma +{maxabs single;python/gemma3;TTFT reduction}%, Llama +{maxabs single;python/llama3.1;TTFT reduction}%, Qwen +{maxabs single;python/qwen2.5;TTFT reduction}%), driven by chimera prompt overhead. Rust improves TTFT for Gemma ({=single;rust/gemma3;TTFT reduction}%) and Llama ({=single;rust/llama3.1;TTFT reduction}%), but Qwen regresses ({=single;rust/qwen2.5;TTFT reduction}%)."},

	{text: "2. **Model choice for concurrency:** Gemma 3 and Llama 3.1 are effectively interchangeable on Rust (" + rustBest + "% efficiency). Choose based on license/quality; do not expect efficiency gains from switching between them on Python."},
	{text: "4. **TTFT mitigation:** On Python, trim prompt length or reduce context to claw back TTFT; on Rust baseline-vs-chimera, accept the {min config;rust/.*/baseline-vs-chimera;TTFT Δ mean}-{max config;rust/.*/baseline-vs-chimera;TTFT Δ mean} ms TTFT delta or re-balance endpoints."},

	{text: "## Appendix A: Multi-Agent Flat Table (all {count flat;.*;run} runs)"},
	{text: "## Appendix C: Single-Agent Config Breakdown ({count single_cells;.*;ctx} configs)"},
	{text: "**Generated from {count flat;.*;run} benchmark runs**"},
	{text: "**Interpretation:** {=variance;rust;share between}% of variance in Rust comes from model choice, not run-to-run variation."},

	{text: "- [x] Parsed {=validation;Every dual-agent run has an efficiency;n}/{=validation;Every dual-agent run has an efficiency;of} multi-agent metrics.json entries (Rust summary fields included)."},
	{text: "- [x] Verified {=validation;Every dual-agent configuration has as many runs as any other;n}/{=validation;Every dual-agent configuration has as many runs as any other;of} multi-agent configs have {max config;.*;runs} runs each."},
	{text: "- [x] Verified {=validation;Every single-agent configuration of the matrix was measured;n}/{=validation;Every single-agent configuration of the matrix was measured;of} single-agent configs accounted for (GPU " + singleOptions + ")."},
	{text: "- [x] Confirmed contention flags only present in qwen2.5 Rust chimera-homo run_{flaggedrun flat;rust/qwen2.5/chimera-homo/.*;run}."},
}

// Figures that the study repeats.
const (
	pythonSkew    = "{min config;python/.*;throughput Δ mean} to {max config;python/.*;throughput Δ mean}"
	rustTTFT      = "{min config;rust/.*/baseline-vs-chimera;TTFT Δ mean} to {max config;rust/.*/baseline-vs-chimera;TTFT Δ mean}"
	pythonTTFT    = "{max config;python/.*/chimera-homo;TTFT Δ mean} to {min config;python/.*/chimera-homo;TTFT Δ mean}"
	rustBest      = "~{min model_runtime;(gemma3|llama3.1)/rust;efficiency mean}-{max config;rust/(gemma3|llama3.1)/.*;efficiency mean}"
	singleOptions = "{min single_cells;.*;gpu}/{max single_cells;.*;gpu} x ctx {min single_cells;.*;ctx}/{max single_cells;.*;ctx}"
)

// silent are lines with figures that no run can tell, and why.
var silent = []struct{ under, text, why string }{
	{"Appendix H", "", "the study's plan, not its results"},
	{"Appendix J", "", "ports, models and options to type, not results"},
	{"", "# Technical Report 116", "the study's number"},
	{"", "**Date:** ", "a date"},
	{"Test Scope", "- Models: ", "names of models"},
	{"Test Scope", "- Hardware notes: ", "hardware"},
	{"Multi-Agent Analysis", "- Observation: Python shows persistent throughput skew; efficiency ceiling sits in low/mid-80%", "words for a range"},
	{"Appendix B", "**Models:** ", "names of models"},
}
