// Package overhead asks whether the meter is honest: the client runtimes against
// a simulated server whose answer is known, over real sockets in real time.
//
// The margins, stated once here and asserted by the tests:
//
//	                            go, rust    python (aiohttp)    httpx
//	TTFT of 100 ms, median      0.5 ms      2 ms                printed
//	                p99         2 ms        8 ms                printed
//	decode rate of 100 tok/s    0.2 %       0.5 %               printed
//	speedup_measured            1 %         2 %                 printed
//
// Speedups are the simulator's contention, from none to worse than taking turns.
//
// BenchmarkCost and BenchmarkSustained measure what driving streams costs each
// client, and the highest rate that it keeps up with; they assert nothing.
//
// In virtual time (package harness) the same numbers come out exact; what is
// left here is what the operating system adds. A busy machine can only add, so
// a test that finds too much measures again, and fails when it finds it five
// times.
package overhead
