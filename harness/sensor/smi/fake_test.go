package smi

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

// envFake makes the test binary a nvidia-smi: the path of what it knows, without
// the ending, or words that it says before it fails.
const envFake = "DUET_TEST_SMI"

func TestMain(m *testing.M) {
	if fake := os.Getenv(envFake); fake != "" && strings.HasPrefix(filepath.Base(os.Args[0]), Name) {
		os.Exit(pretend(fake, os.Args[1:]))
	}
	goleak.VerifyTestMain(m)
}

// fakeSMI puts a nvidia-smi on the PATH.
func fakeSMI(t *testing.T, knows string) {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	dir, name := t.TempDir(), Name
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	program, err := os.ReadFile(self)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), program, 0o755))
	t.Setenv("PATH", dir)
	if strings.Contains(knows, "/") {
		knows, err = filepath.Abs(knows)
		require.NoError(t, err)
	}
	t.Setenv(envFake, knows)
}

// pretend answers as nvidia-smi does.
func pretend(fake string, args []string) int {
	if !strings.ContainsRune(fake, filepath.Separator) {
		fmt.Println(fake)
		return 9
	}
	table, asked, pause := fake+".csv", "", time.Duration(0)
	for i, a := range args {
		if q, ok := strings.CutPrefix(a, "--query-gpu="); ok {
			asked = q
		}
		if q, ok := strings.CutPrefix(a, "--query-compute-apps="); ok {
			asked, table = strings.Replace(q, "used_memory", "used_gpu_memory", 1), fake+".apps.csv"
		}
		if a == "-lms" {
			n, _ := strconv.Atoi(args[i+1])
			pause = time.Duration(n) * time.Millisecond
		}
	}
	for {
		if code := answer(table, strings.Split(asked, ",")); code != 0 || pause == 0 {
			return code
		}
		time.Sleep(pause)
	}
}

// answer prints the asked columns of a table, without units, stamped now.
func answer(table string, asked []string) int {
	data, err := os.ReadFile(table)
	if os.IsNotExist(err) {
		return 0 // no process holds memory
	}
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	var columns []string
	for _, c := range strings.Split(lines[0], ",") {
		name, _, _ := strings.Cut(strings.TrimSpace(c), " ")
		columns = append(columns, name)
	}
	stamp := time.Now().Format(stampFormat)
	for _, l := range lines[1:] {
		cells := strings.Split(l, ",")
		var out []string
		for _, name := range asked {
			i := slices.Index(columns, name)
			if i < 0 {
				fmt.Printf("Field \"%s\" is not a valid field to query.\n\n", name)
				return 2
			}
			cell := strings.TrimSpace(cells[i])
			if name == "timestamp" {
				cell = stamp
			}
			if !strings.HasPrefix(cell, "[") && name != "name" && name != "timestamp" {
				cell, _, _ = strings.Cut(cell, " ")
			}
			out = append(out, cell)
		}
		fmt.Println(strings.Join(out, ", "))
	}
	return 0
}
