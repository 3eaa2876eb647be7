package auditreport

import "encoding/json"

// JSON renders the document for machines, indented, with a line's end.
func JSON(d Document) (string, error) {
	b, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return "", err
	}
	return string(b) + "\n", nil
}
