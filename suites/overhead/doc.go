// Package overhead asks whether the meter is honest: the client runtimes against
// a simulated server whose answer is known, over real sockets in real time.
//
// The margins, stated once here and asserted by the tests:
//
//	TTFT          100 ms: error at most 0.5 ms in the median and 2 ms at p99
//	decode rate   100 tok/s: within 0.2 %
//	speedup       the simulator's contention, from none to worse than taking
//	              turns: speedup_measured within 1 %
//
// In virtual time (package harness) the same numbers come out exact; what is
// left here is what the operating system adds. A busy machine can only add, so
// a test that finds too much measures again, and fails when it finds it five
// times.
package overhead
