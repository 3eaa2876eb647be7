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

// envParent makes the test binary a program that has a reaper; its value is the
// task: a file to write.
const envParent = "DUET_TEST_PARENT"

func init() {
	RegisterReaper("test", func(task string) { os.WriteFile(task, []byte("done"), 0o644) })
}

func TestMain(m *testing.M) {
	if task := os.Getenv(envParent); task != "" {
		parent(task)
	}
	os.Exit(m.Run())
}

// parent makes its task, says so, and is told how to end.
func parent(task string) {
	w, err := StartReaper("test", task)
	fmt.Println(err)
	word, _ := bufio.NewReader(os.Stdin).ReadString('\n')
	switch word {
	case "revoke\n":
		fmt.Println(w.Dismiss())
	case "panic\n":
		panic("as planned")
	case "wait\n":
		time.Sleep(time.Minute)
	}
	os.Exit(3)
}

func startParent(t *testing.T, task string) (cmd *exec.Cmd, in io.Writer, out *bufio.Reader) {
	t.Helper()
	cmd = exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), envParent+"="+task)
	in, inErr := cmd.StdinPipe()
	pipe, outErr := cmd.StdoutPipe()
	require.NoError(t, inErr)
	require.NoError(t, outErr)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { cmd.Process.Kill() })
	out = bufio.NewReader(pipe)
	line, err := out.ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "<nil>\n", line, "the task is made")
	return cmd, in, out
}

func TestAReaperDoesItsOneThingHoweverItsParentEnds(t *testing.T) {
	for _, end := range []string{"exit", "panic", "kill -9"} {
		t.Run(end, func(t *testing.T) {
			task := filepath.Join(t.TempDir(), "task")
			cmd, in, _ := startParent(t, task)
			assert.NoFileExists(t, task, "not before its parent's end")
			if end == "kill -9" {
				require.NoError(t, cmd.Process.Kill())
			} else {
				_, err := io.WriteString(in, end+"\n")
				require.NoError(t, err)
			}
			assert.Error(t, cmd.Wait())
			assert.Eventually(t, func() bool { _, err := os.Stat(task); return err == nil }, 10*time.Second, 5*time.Millisecond)
		})
	}
}

func TestAReaperThatIsDismissedDoesNothing(t *testing.T) {
	task := filepath.Join(t.TempDir(), "task")
	cmd, in, out := startParent(t, task)
	_, err := io.WriteString(in, "revoke\n")
	require.NoError(t, err)
	line, err := out.ReadString('\n')
	require.NoError(t, err)
	assert.Equal(t, "<nil>\n", line, "Dismiss waited for the reaper's end")
	assert.NoFileExists(t, task)
	assert.Error(t, cmd.Wait())
}

func TestAReaperThatThisProgramIsNotRefusesToStart(t *testing.T) {
	_, err := StartReaper("nobody", "")
	assert.ErrorContains(t, err, `none called "nobody"`)
}
