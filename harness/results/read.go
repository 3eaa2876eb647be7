package results

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Read reads the session.json of a folder, and the hash of the plan as it stands
// there: of every field that whoever wrote it knew. A folder without one is no
// error and has none.
func Read(dir string) (f *File, planHash string, err error) {
	file, err := readFile(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", err
	}
	data, err := os.ReadFile(filepath.Join(dir, FileName))
	if err != nil {
		return nil, "", err
	}
	planHash, err = hashIn(data)
	if err != nil {
		return nil, "", fmt.Errorf("read %s: %w", filepath.Join(dir, FileName), err)
	}
	return &file, planHash, nil
}

// hashIn is Plan.Hash of the text of a plan: what encoding/json writes of it
// without blanks.
func hashIn(session []byte) (string, error) {
	var raw struct{ Plan json.RawMessage }
	if err := json.Unmarshal(session, &raw); err != nil {
		return "", err
	}
	var plain, escaped bytes.Buffer
	if err := json.Compact(&plain, raw.Plan); err != nil {
		return "", err
	}
	json.HTMLEscape(&escaped, plain.Bytes())
	sum := sha256.Sum256(escaped.Bytes())
	return hex.EncodeToString(sum[:8]), nil
}
