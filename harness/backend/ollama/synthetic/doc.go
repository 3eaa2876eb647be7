// Package synthetic writes models that are not models: the architectures of
// the study (qwen2, gemma3, llama) with random weights, a few megabytes each,
// which a real Ollama loads and runs on any CPU. Where there is no GPU and no
// way to the model hub, they let the whole chain be exercised: loading, prompt
// evaluation, decoding, streaming, two servers at once. What they say is
// nonsense and how fast they say it tells nothing about the real models, so
// their names and their metadata say that they are synthetic.
//
// There are others as large as the study's, with its models' shapes in four bits a
// weight, for GPUs that no model hub can be reached from. What they say is nonsense
// too; how fast they say it is close to the real ones', since a decoder's speed
// hangs on what it must read.
//
// # Shape
//
//	Write     the GGUF file of one model, byte for byte the same everywhere
//	Register  the same model on a running server, ready to be asked
//
// A vocabulary (byte-level BPE for qwen2 and llama, SentencePiece for gemma3) is
// trained on an English word list of our own, so that a prompt costs about as
// many tokens as it would with the real model, not one for each byte.
//
// # Text that is always printable and never ends early
//
// Channel 0 of every embedding is 1, and no layer writes to it: row 0 of the
// matrices that add to the residual stream is 0. So the first column of the
// output matrix is a constant bias on every logit. It is 0 for whole words and
// −80 for anything else (bytes, word pieces, control tokens), and only words are
// ever said. In the models whose name ends in "-eos" the end token has a bias
// that lets replies end by themselves, at lengths that differ.
//
// # The same bytes everywhere
//
// Weights come from integer arithmetic and one multiplication each, in an order
// that no compiler may change, so that the files have the digests in
// digests.go on every platform. A test holds them.
package synthetic
