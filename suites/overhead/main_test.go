package overhead

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/chimeraforge/duet/internal/procgroup"
)

// envFlood makes the test binary a flood server, in a process of its own.
const envFlood = "DUET_TEST_FLOOD"

func TestMain(m *testing.M) {
	if os.Getenv(envFlood) != "" {
		serveFlood()
		return
	}
	flag.Parse()
	if flag.Lookup("test.bench").Value.String() != "" {
		fmt.Print(unitLines)
	}
	goleak.VerifyTestMain(printing{m})
}

// unitLines say which way is better, for whoever compares two files of costs.
const unitLines = `Unit cpu-s/Mtok better=lower
Unit tok/s better=higher
Unit p99-lag-ns better=lower
Unit on-pace-% better=higher
Unit sustained-tok/s better=higher
`

// printing are tests whose answers stand in one table at their end.
type printing struct{ *testing.M }

func (p printing) Run() int {
	code := p.M.Run()
	printKnown(os.Stdout)
	return code
}

// serveFlood serves until its standard input ends.
func serveFlood() {
	s, err := Start()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(s.URL())
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// startFlood starts a flood server and returns its address.
func startFlood(tb testing.TB) string {
	tb.Helper()
	group, err := procgroup.New()
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, group.Kill()) })
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(procgroup.Environ(), envFlood+"=1")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	require.NoError(tb, err)
	out, err := cmd.StdoutPipe()
	require.NoError(tb, err)
	require.NoError(tb, group.Start(cmd))
	tb.Cleanup(func() {
		in.Close()
		_ = cmd.Wait()
	})
	url, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(tb, err)
	return strings.TrimSpace(url)
}
