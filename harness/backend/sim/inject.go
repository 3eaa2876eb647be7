package sim

import (
	"slices"
	"sync"
)

// faults are those in force, in the order in which they were injected.
type faults struct {
	mu   sync.Mutex
	list []*injected
}

type injected struct {
	Fault
	seen map[string]int // matching requests, by endpoint
}

func (fs *faults) add(f Fault) *injected {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	in := &injected{Fault: f, seen: map[string]int{}}
	fs.list = append(fs.list, in)
	return in
}

func (fs *faults) remove(in *injected) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	fs.list = slices.DeleteFunc(fs.list, func(x *injected) bool { return x == in })
}

func (fs *faults) clear() {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	fs.list = nil
}

// meet counts a request and returns the first fault it meets, nil for none, and
// whether the endpoint refuses connections from the next one on.
func (fs *faults) meet(endpoint, path string) (met *Fault, refuse bool) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	for _, in := range fs.list {
		if !in.matches(endpoint, path) {
			continue
		}
		in.seen[endpoint]++
		n := in.seen[endpoint]
		switch {
		case in.Kind == Refuse:
			refuse = refuse || n == in.Request-1
		case met == nil && (in.Request == 0 || in.Request == n):
			f := in.Fault
			met = &f
		}
	}
	return met, refuse
}

// refused reports whether an endpoint must not listen now.
func (fs *faults) refused(endpoint string) bool {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	return slices.ContainsFunc(fs.list, func(in *injected) bool {
		return in.Kind == Refuse && (in.Endpoint == "" || in.Endpoint == endpoint) && in.seen[endpoint] >= in.Request-1
	})
}

// Inject puts a fault in force and returns what lifts it. Of several that meet
// one request the first injected strikes. It panics on a fault that makes no
// sense, which is a mistake in the caller's code.
func (s *Servers) Inject(f Fault) (lift func() error) {
	if err := f.check(s.cfg.Servers); err != nil {
		panic(err)
	}
	in := s.faults.add(f)
	_ = s.listenOrRefuse() // refusing cannot fail
	return func() error {
		s.faults.remove(in)
		return s.listenOrRefuse()
	}
}

// LiftFaults lifts every fault in force. The error is of a port that could not
// be listened on again.
func (s *Servers) LiftFaults() error {
	s.faults.clear()
	return s.listenOrRefuse()
}

// listenOrRefuse opens and closes the endpoints' ports as the faults demand.
func (s *Servers) listenOrRefuse() error {
	for _, e := range s.endpoints {
		if s.faults.refused(e.id) {
			e.refuse()
		} else if err := e.listen(); err != nil {
			return err
		}
	}
	return nil
}
