//go:build !ollama && !gpu

package main

import "context"

// hint is where containers are looked for: their library alone is a hundred
// packages.
const hint = " (make preflight TAGS=ollama looks for containers too)"

var engine func(context.Context) (string, error)
