package record

// Server is one endpoint as pre-flight found it before the run.
type Server struct {
	ID      string `json:"name"`
	URL     string `json:"url"`
	Version string `json:"version"` // /api/version
	PID     int    `json:"pid,omitempty"`
	Log     string `json:"log,omitempty"` // relative to the session folder
	Model   *Model `json:"model,omitempty"`
	// Protocol is what it speaks, TokensSource where its counts of tokens come from.
	Protocol     string `json:"protocol,omitempty"`
	TokensSource string `json:"tokens_source,omitempty"`
	// SlotsAsked is how many requests at once the server was started for
	// (OLLAMA_NUM_PARALLEL), SlotsInEffect how many it says that it serves.
	SlotsAsked    int        `json:"slots_asked,omitempty"`
	SlotsInEffect *int       `json:"slots_in_effect,omitempty"`
	Container     *Container `json:"container,omitempty"` // where the server is in one
}

// Protocols, and sources of token counts.
const (
	ProtocolOllama = "ollama"
	TokensServer   = "server" // the server's own figures
)

// Container is what a server was given of the machine.
type Container struct {
	ID      string  `json:"id"`
	Image   string  `json:"image"`              // as asked for
	ImageID string  `json:"image_id"`           // digest of what it was
	GPUs    string  `json:"gpus"`               // none, shared, separate
	CPUs    float64 `json:"cpus,omitempty"`     // limit, in processors
	MemoryB int64   `json:"memory_b,omitempty"` // limit, in bytes
	Proxied bool    `json:"proxied,omitempty"`  // its bytes pass the engine's proxy
}

// Model is what a server says of the model it holds.
type Model struct {
	Name          string `json:"name"`
	Digest        string `json:"digest"`
	Family        string `json:"family"`
	ParameterSize string `json:"parameter_size"`
	Quantization  string `json:"quantization_level"`
	MaxContext    int    `json:"max_context,omitempty"` // the model's own limit, tokens
	Layers        int    `json:"layers,omitempty"`      // that num_gpu counts: blocks and the output
	// From /api/ps, with the run's options in effect.
	Context *int   `json:"context_length,omitempty"`
	SizeB   *int64 `json:"size_b,omitempty"`
	VRAMB   *int64 `json:"size_vram_b,omitempty"`
}

// Environment is the machine and the code, as they were when the session began;
// Load is read at the start of each run.
type Environment struct {
	Commit   string   `json:"commit,omitempty"` // of this repository; "+dirty" with local changes
	Go       string   `json:"go,omitempty"`
	OS       string   `json:"os,omitempty"`
	Arch     string   `json:"arch,omitempty"`
	Kernel   string   `json:"kernel,omitempty"`
	CPU      string   `json:"cpu,omitempty"`
	Cores    int      `json:"cores,omitempty"`
	MemoryB  int64    `json:"memory_b,omitempty"`
	Governor string   `json:"governor,omitempty"`
	GPUs     []string `json:"gpus,omitempty"`
	Load1    *float64 `json:"load1,omitempty"` // 1-minute load average
}
