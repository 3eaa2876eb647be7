package external

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/chimeraforge/duet/harness/driver"
	"github.com/chimeraforge/duet/internal/clock"
)

// talk is the conversation of one pass.
type talk struct {
	p       *Program
	in      io.WriteCloser
	lines   *lines
	ended   chan error // the program's end, once
	readyNS int64
}

// event is a line of the program.
type event struct {
	Event    string `json:"event"`
	Protocol int    `json:"protocol"`
	Runtime  string `json:"runtime"`
	driver.Result
}

func (t *talk) pass(ctx context.Context, req driver.Request) (driver.Result, error) {
	ready, err := t.hear(ctx, cmp.Or(t.p.Start, defaultStart))
	switch {
	case err != nil:
		return driver.Result{}, fmt.Errorf("not ready: %w", err)
	case ready.Event != "ready":
		return driver.Result{}, fmt.Errorf("it begins with %q and not with ready", ready.Event)
	case ready.Protocol != Protocol:
		return driver.Result{}, fmt.Errorf("it speaks version %d of the protocol, and not %d", ready.Protocol, Protocol)
	}
	t.readyNS = clock.NS()
	asked := clock.NS()
	if err := t.ask(ctx, req); err != nil {
		return driver.Result{}, err
	}
	res, err := t.result(ctx)
	if err != nil {
		return driver.Result{}, err
	}
	if err := check(req, res, asked, clock.NS()); err != nil {
		return driver.Result{}, fmt.Errorf("its result cannot be: %w", err)
	}
	res.Client.Runtime = ready.Runtime
	return res, t.end(ctx)
}

// ask writes the request beside everything else: a program that does not read
// must not stop us.
func (t *talk) ask(ctx context.Context, req driver.Request) error {
	text, err := json.Marshal(req)
	if err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() {
		_, err := t.in.Write(append(text, '\n'))
		t.in.Close() // a quick program has ended by now, and its pipe been closed
		done <- err
	}()
	limit := time.NewTimer(cmp.Or(t.p.Silence, defaultSilence))
	defer limit.Stop()
	select {
	case err := <-done:
		if err != nil {
			return fmt.Errorf("it did not take the request: %w", err)
		}
		return nil
	case <-limit.C:
		return fmt.Errorf("it did not read the request for %s", cmp.Or(t.p.Silence, defaultSilence))
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// result waits for the result, for as long as the program says that it lives.
func (t *talk) result(ctx context.Context) (driver.Result, error) {
	for {
		e, err := t.hear(ctx, cmp.Or(t.p.Silence, defaultSilence))
		switch {
		case err != nil:
			return driver.Result{}, fmt.Errorf("no result: %w", err)
		case e.Event == "result":
			return e.Result, nil
		case e.Event != "beat":
			return driver.Result{}, fmt.Errorf("it said %q where a result belongs", e.Event)
		}
	}
}

// hear is the next line.
func (t *talk) hear(ctx context.Context, silence time.Duration) (event, error) {
	limit := time.NewTimer(silence)
	defer limit.Stop()
	var e event
	select {
	case line, ok := <-t.lines.next:
		if !ok {
			return e, t.gone()
		}
		if err := json.Unmarshal(line, &e); err != nil {
			return e, fmt.Errorf("not a line of the protocol: %.120q", line)
		}
		return e, nil
	case <-limit.C:
		return e, fmt.Errorf("silent for %s", silence)
	case <-ctx.Done():
		return e, context.Cause(ctx)
	}
}

// goodbye is how long a program may take to end once its output has, or its
// result is there.
const goodbye = 5 * time.Second

// gone says how a program ended that should not have.
func (t *talk) gone() error {
	if !errors.Is(t.lines.err, io.EOF) {
		return t.lines.err
	}
	limit := time.NewTimer(goodbye)
	defer limit.Stop()
	select {
	case err := <-t.ended:
		if err == nil {
			return errors.New("it ended with status 0")
		}
		return fmt.Errorf("it ended: %w", err)
	case <-limit.C:
		return errors.New("it closed its output")
	}
}

// end expects that the program ends well.
func (t *talk) end(ctx context.Context) error {
	limit := time.NewTimer(goodbye)
	defer limit.Stop()
	select {
	case err := <-t.ended:
		if err != nil {
			return fmt.Errorf("after its result it ended: %w", err)
		}
		return nil
	case <-limit.C:
		return fmt.Errorf("after its result it went on for %s", goodbye)
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
