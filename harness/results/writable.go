package results

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
)

// Writable makes a folder and proves that files can be written into it, so that
// a wrong one is found before the first measurement and not after the last.
func Writable(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("results folder: %w", err)
	}
	f, err := os.CreateTemp(dir, ".writable-*")
	if err != nil {
		return fmt.Errorf("results folder: %w", err)
	}
	_, werr := f.WriteString("x")
	if err := errors.Join(werr, f.Close(), os.Remove(f.Name())); err != nil {
		return fmt.Errorf("results folder: %w", err)
	}
	return nil
}

// differences names the fields in which two plans differ.
func differences(a, b Plan) string {
	va, vb := reflect.ValueOf(a), reflect.ValueOf(b)
	var out []string
	for i := range va.NumField() {
		if x, y := va.Field(i).Interface(), vb.Field(i).Interface(); !reflect.DeepEqual(x, y) {
			name, _, _ := strings.Cut(va.Type().Field(i).Tag.Get("json"), ",")
			out = append(out, fmt.Sprintf("%s %v, now %v", name, x, y))
		}
	}
	return strings.Join(out, "; ")
}
