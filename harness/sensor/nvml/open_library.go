//go:build gpu && linux && cgo

package nvml

import (
	"context"
	"errors"
	"fmt"

	lib "github.com/NVIDIA/go-nvml/pkg/nvml"

	"github.com/chimeraforge/duet/harness/sensor"
)

// Open loads the driver's library and finds its GPUs.
func Open(context.Context) (_ sensor.Source, err error) {
	api := lib.New()
	switch ret := api.Init(); ret {
	case lib.SUCCESS:
	case lib.ERROR_LIBRARY_NOT_FOUND:
		return nil, errors.New("no driver library (libnvidia-ml.so.1)")
	default:
		return nil, problem(ret)
	}
	shutdown := func() error { return problem(api.Shutdown()) }
	s, err := find(api, shutdown)
	if err != nil {
		return nil, errors.Join(err, shutdown())
	}
	return s, nil
}

func find(api lib.Interface, shutdown func() error) (*Source, error) {
	driver, ret := api.SystemGetDriverVersion()
	if err := problem(ret); err != nil {
		return nil, err
	}
	n, ret := api.DeviceGetCount()
	if err := problem(ret); err != nil {
		return nil, err
	}
	var cards []card
	for i := range n {
		d, ret := api.DeviceGetHandleByIndex(i)
		if err := problem(ret); err != nil {
			return nil, fmt.Errorf("GPU %d: %w", i, err)
		}
		cards = append(cards, &device{Device: d, index: i, has: func(symbol string) bool {
			return api.Extensions().LookupSymbol(symbol) == nil
		}})
	}
	return newSource(driver, cards, shutdown)
}

// problem is a return value as an error, nil for success.
func problem(ret lib.Return) error {
	switch ret {
	case lib.SUCCESS:
		return nil
	case lib.ERROR_NOT_SUPPORTED, lib.ERROR_FUNCTION_NOT_FOUND, lib.ERROR_NO_PERMISSION:
		return fmt.Errorf("%w (%s)", errAbsent, ret)
	}
	return errors.New(ret.String())
}
