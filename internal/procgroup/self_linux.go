package procgroup

// self is this program, even when its file was replaced or deleted meanwhile,
// as "go test" does with a test binary.
func self() (string, error) { return "/proc/self/exe", nil }
