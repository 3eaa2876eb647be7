package gate

import _ "embed"

// DefaultName is the shipped gate's name, wherever a gates.yaml can be named.
const DefaultName = "default"

// DefaultYAML is the shipped gate as a file, comments and all.
//
//go:embed default.yaml
var DefaultYAML []byte

// SchemaJSON is the JSON schema of a gates.yaml.
//
//go:embed schema.json
var SchemaJSON []byte

// Default is the shipped gate. It is right by a test.
func Default() Config {
	c, err := Parse(DefaultYAML, DefaultName)
	if err != nil {
		panic("gate: the shipped gate: " + err.Error())
	}
	return c
}
