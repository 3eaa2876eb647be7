package main

import (
	"fmt"
	"io"

	"github.com/chimeraforge/duet/harness/compare/abba"
	"github.com/chimeraforge/duet/harness/plan"
)

// announce says first what answers the requests, then what is compared.
func (x *comparison) announce(w io.Writer) {
	simulated, synthetic := false, false
	for _, s := range x.sides {
		if s.settings.Simulated(x.options.tags) {
			simulated = true
			continue
		}
		for _, m := range s.settings.Models {
			synthetic = synthetic || plan.IsSynthetic(m)
		}
	}
	if simulated {
		fmt.Fprintln(w, "# This is a SIMULATION: no model runs, and every number is simulated.")
		fmt.Fprintln(w, "# To measure this machine: make ab TAGS=ollama (any machine with Ollama), make ab TAGS=gpu (models must be on the GPU).")
	}
	if synthetic {
		fmt.Fprintln(w, "# SYNTHETIC MODELS: random weights on a real Ollama; the machine is real, the models are not.")
	}
	for _, s := range x.sides {
		fmt.Fprintf(w, "# %s  %s  %s%s\n", s, s.rev.label, s.rev.subject, s.served())
	}
	rounds := x.sides[abba.Old].settings.Rounds
	fmt.Fprintf(w, "# %d rounds of each side, in turn: old first in odd rounds, new first in even ones\n", rounds)
	if rounds%2 == 1 {
		fmt.Fprintln(w, "# an even number of rounds would let each side be first as often as the other")
	}
	fmt.Fprintf(w, "# results: %s\n", x.dir)
}

func (s *side) served() string {
	if s.program == "" {
		return ""
	}
	return fmt.Sprintf(", on %s (sha256 %s)", s.settings.Ollama, s.program)
}
