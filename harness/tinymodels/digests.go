package tinymodels

// digests are the SHA-256 of the files, by model name. When a change to this
// package is meant to change the models, the test prints the new table.
var digests = map[string]string{
	"duet-tiny-qwen2":      "8613a9eff534cf7ab36c2c8da56c0d7bc679826a80d2e7d63363a997e5da66bc",
	"duet-tiny-gemma3":     "1012132266cead59f09fa60d9f5b947fe4eed043a35dd823c58bfc282e458769",
	"duet-tiny-llama":      "998282881c2b771c4341b177df21e0e2bddcb40e04fe5cb3e4d1804cd5467b99",
	"duet-tiny-qwen2-eos":  "84ca41951106305e5b4e1d62e951a969c787a94d985e5ba462689bc711da9bbd",
	"duet-tiny-gemma3-eos": "a4e26a68c74f41c231bb3f5d591b42a78d752b02d2c1645f151240904b07c885",
	"duet-tiny-llama-eos":  "397d2d615d02666e7884b75c24cad39a2a3ac30c4c18fd0590b65f87229c7cf6",
}
