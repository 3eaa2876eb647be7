package driver

import "golang.org/x/sys/windows"

// cpuNS is the processor time of this process so far, user and system.
func cpuNS() int64 {
	var created, exited, kernel, user windows.Filetime
	if err := windows.GetProcessTimes(windows.CurrentProcess(), &created, &exited, &kernel, &user); err != nil {
		return 0
	}
	ticks := func(f windows.Filetime) int64 { return int64(f.HighDateTime)<<32 | int64(f.LowDateTime) }
	return (ticks(kernel) + ticks(user)) * 100
}

// peakRSS is not read on Windows.
func peakRSS() int64 { return 0 }
