package record

// Kinds of failed runs.
const (
	OutOfMemory = "out-of-memory" // the server says so while it loads, or later
	LoadFailed  = "load"          // a model was not loaded, for another reason
	NotOnGPU    = "placement"     // it was loaded, and not wholly onto the GPU as -tags gpu demands
	CallFailed  = "call"          // anything else
)

// Steps by which less is asked of a server whose model does not load, in the order
// in which they are tried.
const (
	LowerContext = "context"
	FewerLayers  = "layers"
	SmallerModel = "model"
)

// Try is one configuration that was tried.
type Try struct {
	Step   string `json:"step"`
	Model  string `json:"model"`
	NumCtx int    `json:"num_ctx"` // at most, for every agent
	NumGPU int    `json:"num_gpu"` // at most, for every agent
	Error  string `json:"error,omitempty"`
}
