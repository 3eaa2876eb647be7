//go:build !linux

package sim

// preciseAlarm: Go's timers are precise enough elsewhere, or there is nothing
// better.
func preciseAlarm() alarm { return nil }
