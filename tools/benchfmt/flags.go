package main

import (
	"flag"
	"slices"
	"strings"
)

// flagsFirst puts flags before paths, wherever they stand: package flag looks for
// them there.
func flagsFirst(set *flag.FlagSet, args []string) []string {
	var flags, paths []string
	for len(args) > 0 {
		a := args[0]
		args = args[1:]
		switch {
		case a == "--":
			paths, args = append(paths, args...), nil
		case !strings.HasPrefix(a, "-") || a == "-":
			paths = append(paths, a)
		case len(args) > 0 && wantsValue(set, a):
			flags, args = append(flags, a, args[0]), args[1:]
		default:
			flags = append(flags, a)
		}
	}
	return slices.Concat(flags, []string{"--"}, paths)
}

// wantsValue reports whether the value of a flag is the next argument.
func wantsValue(set *flag.FlagSet, arg string) bool {
	f := set.Lookup(strings.TrimLeft(arg, "-")) // nil for -o=x, and for what there is not
	if f == nil {
		return false
	}
	b, ok := f.Value.(interface{ IsBoolFlag() bool })
	return !ok || !b.IsBoolFlag()
}
