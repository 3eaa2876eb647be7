//go:build !amd64

package preflight

// brand is of x86: elsewhere go test reads what the system says, as we do.
func brand() string { return "" }
