package record

import _ "embed"

// PublishedSchema is schema.json, the JSON schema of a metrics.json.
//
//go:embed schema.json
var PublishedSchema []byte
