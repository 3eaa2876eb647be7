package container

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"
)

// labelled lists the containers, running or not, that have all of the labels.
func (e *Engine) labelled(ctx context.Context, labels ...string) ([]container.Summary, error) {
	res, err := e.client.ContainerList(ctx, client.ContainerListOptions{
		All: true, Filters: make(client.Filters).Add("label", labels...),
	})
	if err != nil {
		return nil, fmt.Errorf("list containers: %w", err)
	}
	return res.Items, nil
}

// remove removes a container, running or not, with its anonymous volumes. One
// that is gone, or going, has no objection.
func (e *Engine) remove(ctx context.Context, id string) error {
	_, err := e.client.ContainerRemove(ctx, id, client.ContainerRemoveOptions{Force: true, RemoveVolumes: true})
	if err != nil && !errdefs.IsNotFound(err) && !errdefs.IsConflict(err) {
		return fmt.Errorf("remove container %.12s: %w", id, err)
	}
	return nil
}

// gone is how long a removed container may take to be gone.
const gone = 10 * time.Second

// removeAll removes the containers with a label and returns when none is left.
func (e *Engine) removeAll(ctx context.Context, label string) error {
	for limit := time.Now().Add(gone); ; time.Sleep(50 * time.Millisecond) {
		found, err := e.labelled(ctx, label)
		if err != nil || len(found) == 0 {
			return err
		}
		var errs []error
		for _, c := range found {
			errs = append(errs, e.remove(ctx, c.ID))
		}
		if err := errors.Join(errs...); err != nil {
			return err
		}
		if time.Now().After(limit) {
			return fmt.Errorf("%d containers with label %s are still there %v after their removal", len(found), label, gone)
		}
	}
}

// Sweep removes what sessions of this machine left whose process is gone, its
// heir too.
func (e *Engine) Sweep(ctx context.Context) error {
	found, err := e.labelled(ctx, labelSession, labelPlace+"="+place())
	if err != nil {
		return err
	}
	var errs []error
	for _, c := range found {
		if !owned(c.Labels[labelOwner]) {
			errs = append(errs, e.remove(ctx, c.ID))
		}
	}
	return errors.Join(errs...)
}
