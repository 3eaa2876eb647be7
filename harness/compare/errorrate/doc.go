// Package errorrate puts the gate itself to the test: it draws sessions whose truth is
// known, judges them, and counts how often the verdict is wrong. Sessions that
// differ in nothing must not fail; sessions that lost something must be found out.
// The tables of docs/gates.md are this package's.
//
// # Noise
//
// Study is that of Technical Report 116: a run of a cell is one of the study's own
// five runs of it, cold ones and all, times a factor with the study's median
// spread. Normal is a spread of one's choice, for tables of power.
//
// # What it does not test
//
// Both sessions of a trial come from one machine that stays as it is, but for the
// table of drift, in which it becomes slower steadily. That a machine of last month
// is not the machine of today is no noise; what differs between the sessions is
// listed first in every comparison for that reason.
package errorrate
