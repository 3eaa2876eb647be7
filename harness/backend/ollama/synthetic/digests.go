package synthetic

// digests are the SHA-256 of the files, by model name. When a change to this
// package is meant to change the models, the test prints the new table.
var digests = map[string]string{
	"duet-tiny-qwen2":      "8613a9eff534cf7ab36c2c8da56c0d7bc679826a80d2e7d63363a997e5da66bc",
	"duet-tiny-gemma3":     "1012132266cead59f09fa60d9f5b947fe4eed043a35dd823c58bfc282e458769",
	"duet-tiny-llama":      "998282881c2b771c4341b177df21e0e2bddcb40e04fe5cb3e4d1804cd5467b99",
	"duet-tiny-qwen2-eos":  "3080f70b5fd46c9ff03f6c3de7c62c501a3130500db5b1d6b4ac51f194e36264",
	"duet-tiny-gemma3-eos": "5c633d15837ed24c6640d724ab8c924818e489d409c589376ba758fbb25b5ed9",
	"duet-tiny-llama-eos":  "23c3d517206ecb1dce34ced7bf02bf29634ecba2d92fc9e1c560f069197be74f",

	// Gigabytes each: no test writes them again. The one of four bits in miniature
	// goes the same way.
	"duet-full-qwen2.5-7b":  "58b8613b906f175559ea5ed4d12abf6720f6b4d90a8a7794730d32a9832eb927",
	"duet-full-gemma3-4b":   "4920bb2c70a802d5a8b0fd264d33e8303bc4b28a937a4a7cf2aac3e118c5074f",
	"duet-full-llama3.1-8b": "c96db99f32763b23ecd3f99a5638fcbf2f3d79c724b6bd1b4fa18e6b9141bb6c",
}
