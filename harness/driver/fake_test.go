package driver

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/internal/clock"
)

// envFake makes the test binary a client runtime; its value says which. envPIDs
// is where it notes its process.
const (
	envFake = "DUET_TEST_FAKE"
	envPIDs = "DUET_TEST_PIDS"
)

func TestMain(m *testing.M) {
	if mode := os.Getenv(envFake); mode != "" {
		fake(mode)
		return
	}
	goleak.VerifyTestMain(m)
}

func fake(mode string) {
	noteProcess()
	fmt.Fprintln(os.Stderr, "a word on standard error")
	switch mode {
	case "child":
		select {}
	case "dies":
		fmt.Fprintln(os.Stderr, "no good reason")
		os.Exit(3)
	case "leaves":
		return
	case "says nothing":
		time.Sleep(time.Minute)
	case "old":
		fmt.Println(`{"event":"ready","protocol":0}`)
		time.Sleep(time.Minute)
	case "no ready":
		fmt.Println(`{"event":"result"}`)
		time.Sleep(time.Minute)
	}
	fmt.Println(`{"event":"ready","protocol":1,"runtime":"fake 1"}`)
	if mode != "deaf" {
		var req Request
		if json.NewDecoder(bufio.NewReader(os.Stdin)).Decode(&req) != nil {
			os.Exit(5)
		}
	}
	work(mode)
	result := good()
	spoil(mode, &result)
	say(map[string]any{"event": "result", "gun_ns": result.GunNS, "end_ns": result.EndNS, "calls": result.Calls, "client": result.Client})
	switch mode {
	case "lingers":
		time.Sleep(time.Minute)
	case "fails after":
		os.Exit(4)
	}
}

// work is what happens where calls belong.
func work(mode string) {
	switch mode {
	case "slow":
		for range 4 {
			time.Sleep(300 * time.Millisecond)
			say(map[string]any{"event": "beat"})
		}
	case "garbage":
		fmt.Println("Traceback (most recent call last):")
		time.Sleep(time.Minute)
	case "half a line":
		fmt.Print(`{"event":"res`)
		os.Exit(0)
	case "crashes":
		panic("as planned")
	case "stubborn":
		signal.Ignore(syscall.SIGTERM, os.Interrupt)
		time.Sleep(time.Minute)
	case "family":
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), envFake+"=child")
		if err := cmd.Start(); err != nil {
			panic(err)
		}
		time.Sleep(time.Minute)
	case "stops", "deaf":
		time.Sleep(time.Minute)
	case "talks":
		say(map[string]any{"event": "hello"})
		time.Sleep(time.Minute)
	}
}

func good() Result {
	now := clock.NS()
	c := record.Call{
		Agent: "a", Seed: 1, RequestNS: now, HeadersNS: &now, FirstNS: &now, LastTokenNS: &now, DoneNS: &now, EndNS: now,
		Chunks: 1, Server: &record.ServerTimings{}, Reply: "x", ReplyBytes: 1, PromptBytes: 1,
	}
	return Result{GunNS: now, EndNS: now, Calls: []record.Call{c}, Client: record.Client{CPUNS: 1, PeakRSS: 1}}
}

func spoil(mode string, r *Result) {
	switch mode {
	case "another clock":
		r.GunNS = 5
	case "no calls":
		r.Calls = nil
	case "more calls":
		r.Calls = append(r.Calls, r.Calls[0])
		r.Calls[1].Agent = "b"
	case "no stamps":
		r.Calls[0].HeadersNS = nil
	case "backwards":
		early := *r.Calls[0].HeadersNS
		later := early + 1000
		r.EndNS += 1000
		r.Calls[0].HeadersNS, r.Calls[0].FirstNS = &later, &early
		time.Sleep(time.Millisecond)
	}
}

func say(event map[string]any) {
	text, err := json.Marshal(event)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(text))
}

func noteProcess() {
	f, err := os.OpenFile(os.Getenv(envPIDs), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		panic(err)
	}
	defer f.Close()
	fmt.Fprintln(f, os.Getpid())
}
