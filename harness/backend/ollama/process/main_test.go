package process

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"testing"
	"time"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/backend/ollama"
	"github.com/chimeraforge/duet/harness/record"
	"go.uber.org/goleak"
)

// envFake makes the test binary stand in for ollama; its value says how.
const envFake = "DUET_TEST_FAKE"

func TestMain(m *testing.M) {
	switch mode := os.Getenv(envFake); mode {
	case "":
		goleak.VerifyTestMain(m)
	case "runner":
		time.Sleep(time.Minute)
	case "parent":
		parent()
	case "models":
		fmt.Println(http.ListenAndServe(os.Getenv("OLLAMA_HOST"), ollamaServer{}))
		os.Exit(1)
	default:
		fake(mode)
	}
}

// fake is an "ollama serve": it answers /api/version and has a runner.
func fake(mode string) {
	fmt.Println("fake serve:", mode)
	switch mode {
	case "dies":
		fmt.Println("Error: no good reason")
		os.Exit(3)
	case "taken":
		takenOnce()
	case "silent":
		time.Sleep(time.Minute)
	case "stubborn":
		signal.Ignore(syscall.SIGTERM)
	}
	startRunner()
	http.HandleFunc("/api/version", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"version":"0.0.0-fake"}`)
	})
	fmt.Println(http.ListenAndServe(os.Getenv("OLLAMA_HOST"), nil))
	os.Exit(1)
}

// takenOnce fails as if the port were taken, unless it has done so before.
func takenOnce() {
	mark := os.Getenv("DUET_TEST_MARK")
	if _, err := os.Stat(mark); err == nil {
		return
	}
	os.WriteFile(mark, nil, 0o644)
	fmt.Println("Error: listen tcp: bind: address already in use")
	os.Exit(1)
}

func startRunner() {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), envFake+"=runner")
	if err := cmd.Start(); err != nil {
		panic(err)
	}
}

// waitLoaded makes one small request to every server, with the options that
// will be used, and so waits until each holds the model. It returns what they
// said, in the order of Endpoints.
func (b *Backend) waitLoaded(ctx context.Context, model string, opts record.Options, keepAlive string) ([]backend.Warm, error) {
	opts.NumPredict = 1
	var out []backend.Warm
	for _, s := range b.servers {
		w, err := ollama.New(s.endpoint().URL).Generate(ctx, model, "Ready?", opts, keepAlive)
		if err != nil {
			return nil, fmt.Errorf("load %s (%s): %w", model, s.id, err)
		}
		out = append(out, w)
	}
	return out, nil
}
