package procgroup

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// envParent makes the test binary a program that has an heir; its value is the
// will: a file to write.
const envParent = "DUET_TEST_PARENT"

func init() {
	Heir("test", func(will string) { os.WriteFile(will, []byte("done"), 0o644) })
}

func TestMain(m *testing.M) {
	if will := os.Getenv(envParent); will != "" {
		parent(will)
	}
	os.Exit(m.Run())
}

// parent makes its will, says so, and is told how to end.
func parent(will string) {
	w, err := Bequeath("test", will)
	fmt.Println(err)
	word, _ := bufio.NewReader(os.Stdin).ReadString('\n')
	switch word {
	case "revoke\n":
		fmt.Println(w.Revoke())
	case "panic\n":
		panic("as planned")
	case "wait\n":
		time.Sleep(time.Minute)
	}
	os.Exit(3)
}

func startParent(t *testing.T, will string) (cmd *exec.Cmd, in io.Writer, out *bufio.Reader) {
	t.Helper()
	cmd = exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), envParent+"="+will)
	in, inErr := cmd.StdinPipe()
	pipe, outErr := cmd.StdoutPipe()
	require.NoError(t, inErr)
	require.NoError(t, outErr)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { cmd.Process.Kill() })
	out = bufio.NewReader(pipe)
	line, err := out.ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "<nil>\n", line, "the will is made")
	return cmd, in, out
}

func TestAnHeirDoesItsOneThingHoweverItsParentEnds(t *testing.T) {
	for _, end := range []string{"exit", "panic", "kill -9"} {
		t.Run(end, func(t *testing.T) {
			will := filepath.Join(t.TempDir(), "will")
			cmd, in, _ := startParent(t, will)
			assert.NoFileExists(t, will, "not before its parent's end")
			if end == "kill -9" {
				require.NoError(t, cmd.Process.Kill())
			} else {
				_, err := io.WriteString(in, end+"\n")
				require.NoError(t, err)
			}
			assert.Error(t, cmd.Wait())
			assert.Eventually(t, func() bool { _, err := os.Stat(will); return err == nil }, 10*time.Second, 5*time.Millisecond)
		})
	}
}

func TestAnHeirWhoseWillIsRevokedDoesNothing(t *testing.T) {
	will := filepath.Join(t.TempDir(), "will")
	cmd, in, out := startParent(t, will)
	_, err := io.WriteString(in, "revoke\n")
	require.NoError(t, err)
	line, err := out.ReadString('\n')
	require.NoError(t, err)
	assert.Equal(t, "<nil>\n", line, "Revoke waited for the heir's end")
	assert.NoFileExists(t, will)
	assert.Error(t, cmd.Wait())
}

func TestAnHeirThatThisProgramIsNotRefusesToStart(t *testing.T) {
	_, err := Bequeath("nobody", "")
	assert.ErrorContains(t, err, `none called "nobody"`)
}
