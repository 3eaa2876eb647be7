package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/chimeraforge/duet/harness/backend/sim"
	"github.com/chimeraforge/duet/tools/duet/internal/suites"
)

// maxServers keeps a slip of the hand from opening every port there is.
const maxServers = 64

// closing is what the last answers may take to be cut off.
const closing = 10 * time.Second

type serveOptions struct {
	servers, port int
	sim           sim.Config
}

func parseServe(stderr io.Writer, args []string) (serveOptions, error) {
	var o serveOptions
	set := flag.NewFlagSet("duet serve", flag.ContinueOnError)
	set.SetOutput(stderr)
	set.IntVar(&o.servers, "servers", 1, "how many servers, on one simulated GPU")
	set.IntVar(&o.port, "port", 0, "`port` of the first server, the others behind it; 0 is free ports")
	set.Float64Var(&o.sim.Timescale, "timescale", 1, "simulated seconds per real second")
	set.Uint64Var(&o.sim.Seed, "seed", 0, "of noise and of replies")
	models := set.String("models", strings.Join(sim.DefaultModels(), ","), "comma-separated `names` of the models that are there")
	if err := set.Parse(args); err != nil {
		return o, err
	}
	o.sim.Models = strings.Split(*models, ",")
	return o, o.check(set)
}

func (o *serveOptions) check(set *flag.FlagSet) error {
	switch {
	case o.servers < 1 || o.servers > maxServers:
		return fmt.Errorf("-servers=%d: allowed are 1 to %d", o.servers, maxServers)
	case o.port < 0 || o.port > 0 && o.port+o.servers > 1<<16:
		return fmt.Errorf("-port=%d: no room for %d servers below 65536", o.port, o.servers)
	case !(o.sim.Timescale > 0 && o.sim.Timescale <= sim.MaxTimescale): // 0 would be the default
		return fmt.Errorf("-timescale=%v: allowed: above 0, at most %v", o.sim.Timescale, sim.MaxTimescale)
	}
	for _, m := range o.sim.Models {
		if m == "" || strings.ContainsFunc(m, func(r rune) bool { return r <= ' ' || r == '"' || r == '\'' || r == '\\' }) {
			return fmt.Errorf("-models: %q is no name of a model", m)
		}
	}
	return suites.NoMore(set)
}

// serve is "duet serve": the simulator on real ports, for anyone's client of
// Ollama.
//
//	go run ./tools/duet serve -servers 2 -port 11434
//
// All servers share one simulated GPU, so a client sees what a second agent costs
// there. They listen on the loopback interface only and are gone with the command.
// Package harness/backend/sim says what they can do; docs/serve.md is for users.
//
// It ends with ctx.
func serve(ctx context.Context, stdout, stderr io.Writer, args []string) (err error) {
	o, err := parseServe(stderr, args)
	if err != nil {
		return suites.Wrong(err)
	}
	ports := map[string]int{}
	for i := range o.servers {
		name := fmt.Sprintf("server%d", i+1)
		o.sim.Servers = append(o.sim.Servers, name)
		if o.port > 0 {
			ports[name] = o.port + i
		}
	}
	o.sim.Listen = func(name string) (net.Listener, error) {
		return net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(ports[name])))
	}
	servers, err := sim.Start(ctx, o.sim)
	if err != nil {
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closing)
		defer cancel()
		err = errors.Join(err, servers.Close(ctx))
	}()
	if _, err := io.WriteString(stdout, announcement(o.sim, servers)); err != nil {
		return err
	}
	<-ctx.Done()
	fmt.Fprintln(stderr, "duet serve: stopped")
	return nil
}

// announcement says what this is and how to try it.
func announcement(c sim.Config, s *sim.Servers) string {
	addresses := ""
	for _, e := range s.Endpoints() {
		addresses += e.ID + " " + e.URL + "\n"
	}
	return fmt.Sprintf(`# This is a SIMULATION: no model runs; every reply is made up, and so is every time.
# It speaks Ollama's API (as %s) on 127.0.0.1 only; its time runs %v times as fast as ours.
# models: %s
%s# try: curl %s/api/generate -d '{"model":"%s","prompt":"Why is the sky blue?"}'
# Ctrl-C ends it.
`, sim.Version, c.Timescale, strings.Join(c.Models, ", "), addresses, s.Endpoints()[0].URL, c.Models[0])
}
