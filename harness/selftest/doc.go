// Package selftest asks a client runtime for answers that are known beforehand,
// before it is believed about servers whose answers are not. There are two tests:
//
//   - Read lets it measure one plain server right before a session. What it is off
//     by then is the noise floor: no difference that the session shows on this
//     machine, as busy as it is, is known better.
//   - An Exam lets it measure servers that stream in every way a real one may, and
//     sets the truth beside what it measured.
//
// Nothing is asserted here; readings and answers are kept with the session.
//
// # Shape
//
//	Read      one plain server: a Reading, and its Floor
//	Case      what the servers do, and Cases, the table of them
//	Exam      a runtime that is asked: Sit (one case, thoroughly) or Glance (every way
//	          a stream can come and one contention, in a second or two)
//	Answer    a case's truth beside what was measured
//	Table     answers for a reader
//
// Package suites/overhead holds every runtime's answers to margins; a session on
// real servers glances before it begins, and keeps what it saw.
//
// # Which truth
//
// There are two. The schedule says when a server was to do what; the packets are
// what it wrote and when, on the clock of the client. Each quantity has the one
// that is its own:
//
//	chunks, failed calls   packets: a client cannot have more than was written
//	TTFT, gaps,            packets. A client that sees a late packet late tells
//	decode rate            the truth, and the schedule would call it a liar. TTFT
//	                       begins where the server received the request, not
//	                       where the client stamped it: or a client that stamps
//	                       too early would never be found
//	wall, speedup          schedule. They are promises about whole passes, final
//	                       chunks, the time between two calls and the contention
//	                       that was set; there is no packet that ends them, and a
//	                       simulator that broke them would excuse itself
//
// The quantities of the packets are those of package metric, applied to a call
// whose stamps are the server's. That they are right is not seen by comparing them
// with themselves: in virtual time, where nothing is late, a test holds every
// truth to figures worked out by hand.
package selftest
