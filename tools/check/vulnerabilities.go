package main

import (
	"context"
	"errors"
	"fmt"
)

// govulncheck is pinned here for the reason that staticcheck is.
const govulncheck = "golang.org/x/vuln/cmd/govulncheck@v1.9.0"

// vulnSteps are apart from the others: what they find depends on the day, and
// they ask a server (vuln.go.dev), which a machine that measures need not reach.
var vulnSteps = []step{{name: "known vulnerabilities, every tag set", run: vulnerabilities}}

// vulnerabilities fails where something that is called has a known vulnerability;
// one in a module of which nothing is called is only mentioned.
func vulnerabilities(ctx context.Context, c *checker) error {
	var errs []error
	for _, tags := range tagSets {
		args := []string{"run", govulncheck, "-tags", tags}
		if c.vulnDB != "" {
			args = append(args, "-db", c.vulnDB)
		}
		if err := c.goTool(ctx, nil, append(args, "./...")...); err != nil {
			errs = append(errs, fmt.Errorf("-tags %q: %w", tags, err))
		}
	}
	return errors.Join(errs...)
}
