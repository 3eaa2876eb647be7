//go:build !gpu || !linux || !cgo

package machine

import (
	"context"
	"errors"
	"runtime"

	"github.com/chimeraforge/duet/harness/sensor"
)

// openNVML says why there is no NVML in this build.
func openNVML(context.Context) (sensor.Source, error) {
	if runtime.GOOS != "linux" {
		return nil, errors.New("on Linux only")
	}
	return nil, errors.New("built without it (it needs -tags gpu and cgo)")
}
