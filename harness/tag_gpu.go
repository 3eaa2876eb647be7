//go:build gpu

package harness

// Tag is the build tag the suite was built with: it chooses the servers.
const Tag = "gpu"
