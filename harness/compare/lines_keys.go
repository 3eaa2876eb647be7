package compare

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// key is a column that tells rows apart: a part of the name, or a config line.
type key struct {
	name    string
	of      func(*series) string
	numbers bool // its values are numbers in all rows that have it
}

// keys are the benchmark, the keys of its names, then those of the config lines
// that not every name has to share; in order of appearance.
func (r *Reader) keys() []key {
	out := []key{{name: "benchmark", of: func(s *series) string { return s.name.base }}}
	out = append(out, keysIn(r.order, func(s *series) []pair { return s.name.keys })...)
	return append(out, keysIn(r.order, func(s *series) []pair { return s.config })...)
}

func keysIn(all []*series, in func(*series) []pair) []key {
	var out []key
	seen := map[string]bool{}
	for _, s := range all {
		for _, p := range in(s) {
			if seen[p.key] {
				continue
			}
			seen[p.key] = true
			of := func(s *series) string { return value(in(s), p.key) }
			out = append(out, key{p.key, of, numbers(all, of)})
		}
	}
	return out
}

func numbers(all []*series, of func(*series) string) bool {
	return !slices.ContainsFunc(all, func(s *series) bool {
		_, err := strconv.ParseFloat(of(s), 64)
		return of(s) != "" && err != nil
	})
}

func value(pairs []pair, key string) string {
	for _, p := range pairs {
		if p.key == key {
			return p.value
		}
	}
	return ""
}

// Backends names what the lines say answered the requests, "" where they do not.
func (r *Reader) Backends() string {
	return r.words(func(s *series) string { return value(s.config, "backend") }, "; ")
}

// Label is the word that must stand beside the numbers; "" where they are of
// real models on a real machine, or where the lines do not say.
func (r *Reader) Label() string {
	return r.words(func(s *series) string {
		switch kind, models, _ := strings.Cut(value(s.config, "backend"), ", "); {
		case kind == "sim":
			return "SIMULATED"
		case models == "synthetic models":
			return "SYNTHETIC MODELS"
		}
		return ""
	}, ", ")
}

func (r *Reader) words(of func(*series) string, separator string) string {
	found := map[string]bool{}
	for _, s := range r.order {
		if w := of(s); w != "" {
			found[w] = true
		}
	}
	return strings.Join(slices.Sorted(maps.Keys(found)), separator)
}
