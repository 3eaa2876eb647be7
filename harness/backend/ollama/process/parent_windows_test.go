package process

// parent is for the tests of keepers, which Windows does without.
func parent() {}
