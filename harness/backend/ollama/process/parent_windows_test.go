package process

// parent is for the tests of guards, which Windows does without.
func parent() {}
