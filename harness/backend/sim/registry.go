package sim

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
)

// progress is one line of a pull or create.
type progress struct {
	Status    string `json:"status,omitempty"`
	Digest    string `json:"digest,omitempty"`
	Total     int64  `json:"total,omitempty"`
	Completed int64  `json:"completed,omitempty"`
	Error     string `json:"error,omitempty"`
}

// writeProgress writes lines as a stream, or only the last.
func writeProgress(w http.ResponseWriter, stream *bool, lines ...progress) {
	last := lines[len(lines)-1]
	if stream != nil && !*stream {
		if last.Error != "" {
			writeError(w, http.StatusInternalServerError, last.Error)
			return
		}
		lines = lines[len(lines)-1:]
	}
	w.Header().Set("Content-Type", "application/x-ndjson")
	enc := json.NewEncoder(w)
	for _, l := range lines {
		if enc.Encode(l) != nil {
			return
		}
		_ = http.NewResponseController(w).Flush()
	}
}

// pull succeeds for a model that is there or in Config.Pullable.
func (e *endpoint) pull(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Model, Name string
		Stream      *bool
	}
	if !decode(w, r, &body) {
		return
	}
	name := body.Model
	if name == "" {
		name = body.Name
	}
	c := e.sim.catalogue.get(name)
	lines := []progress{{Status: "pulling manifest"}}
	switch {
	case c != nil:
	case e.sim.catalogue.canPull(name):
		c = e.sim.catalogue.add(name, nil)
		for tenths := range int64(11) {
			lines = append(lines, progress{Status: "pulling " + c.digest()[:12], Digest: "sha256:" + c.digest(), Total: c.size, Completed: c.size * tenths / 10})
		}
	default:
		writeProgress(w, body.Stream, append(lines, progress{Error: "pull model manifest: file does not exist"})...)
		return
	}
	writeProgress(w, body.Stream, append(lines, progress{Status: "verifying sha256 digest"}, progress{Status: "writing manifest"}, progress{Status: "success"})...)
}

// create registers a name, from a model that is there or from uploaded files.
func (e *endpoint) create(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Model, Name, From string
		Files             map[string]string
		Parameters        map[string]any
		Stream            *bool
	}
	if !decode(w, r, &body) {
		return
	}
	name := body.Model
	if name == "" {
		name = body.Name
	}
	switch {
	case name == "":
		writeError(w, http.StatusBadRequest, "invalid model name")
		return
	case body.From != "" && e.sim.catalogue.get(body.From) == nil:
		writeMissing(w, body.From)
		return
	case body.From == "" && len(body.Files) == 0:
		writeError(w, http.StatusBadRequest, "neither 'from' or 'files' was specified")
		return
	}
	for file, digest := range body.Files {
		if !e.sim.catalogue.blob(digest) {
			writeError(w, http.StatusBadRequest, fmt.Sprintf("blob %q of %s not found", digest, file))
			return
		}
	}
	e.sim.catalogue.add(name, body.Parameters)
	writeProgress(w, body.Stream, progress{Status: "parsing GGUF"}, progress{Status: "writing manifest"}, progress{Status: "success"})
}

func (e *endpoint) delete(w http.ResponseWriter, r *http.Request) {
	name, ok := decodeName(w, r)
	if ok && !e.sim.catalogue.remove(name) {
		writeMissing(w, name)
	}
}

var digestForm = regexp.MustCompile(`^sha256[:-][0-9a-fA-F]{64}$`)

func (e *endpoint) headBlob(w http.ResponseWriter, r *http.Request) {
	if !e.sim.catalogue.blob(r.PathValue("digest")) {
		w.WriteHeader(http.StatusNotFound)
	}
}

// createBlob checks what it is sent and forgets it.
func (e *endpoint) createBlob(w http.ResponseWriter, r *http.Request) {
	digest := r.PathValue("digest")
	if !digestForm.MatchString(digest) {
		writeError(w, http.StatusBadRequest, "invalid digest format")
		return
	}
	h := sha256.New()
	if _, err := io.Copy(h, r.Body); err != nil {
		writeError(w, http.StatusInternalServerError, err.Error())
		return
	}
	if got := "sha256:" + hex.EncodeToString(h.Sum(nil)); got != digest {
		writeError(w, http.StatusBadRequest, fmt.Sprintf("digest mismatch, expected %q, got %q", digest, got))
		return
	}
	e.sim.catalogue.keepBlob(digest)
	w.WriteHeader(http.StatusCreated)
}

func (c *catalogue) blob(digest string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.blobs[digest]
}

func (c *catalogue) keepBlob(digest string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.blobs[digest] = true
}
