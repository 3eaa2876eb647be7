package ab

import (
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/compare"
	"github.com/chimeraforge/duet/tools/duet/internal/suites"
)

// plain is an environment without settings of the caller's.
func plain(t *testing.T) {
	t.Helper()
	t.Setenv("TAGS", "")
	for _, v := range os.Environ() {
		if name, _, _ := strings.Cut(v, "="); strings.HasPrefix(name, "DUET_") {
			t.Setenv(name, "")
		}
	}
}

func TestSettingsAreOfBothSidesOrOfOne(t *testing.T) {
	plain(t)
	o, err := parse(io.Discard, []string{"-old", "main", "--old.duet.threads=1", "-duet.rounds=8", "-new.duet.threads=2", "-bench=X"})
	require.NoError(t, err)
	assert.Equal(t, [2]string{"main", "."}, o.revs, "the work tree is judged")
	assert.Equal(t, [2][]string{{"-duet.threads=1", "-duet.rounds=8"}, {"-duet.rounds=8", "-duet.threads=2"}}, o.pass)
	named, err := parse(io.Discard, []string{"-old", "old.duet", "-new", "new.duet"})
	require.NoError(t, err)
	assert.Equal(t, [2]string{"old.duet", "new.duet"}, named.revs, "a branch may be called so")
	assert.Equal(t, []string{"multi"}, o.Suites)
	assert.Equal(t, "X", o.Bench)
	assert.Equal(t, "default", o.gate)
}

func TestABadCommandLineIsOneSentenceAndStatus2(t *testing.T) {
	plain(t)
	t.Chdir(small(t).root)
	for name, test := range map[string]struct {
		args string
		want string
	}{
		"nothing to compare with":        {"", "-old REV is needed"},
		"an empty revision":              {"-new=", "is the work tree as it is"},
		"a tag that does not exist":      {"-tags=cuda", "allowed are ollama, gpu or none"},
		"a suite that does not exist":    {"-suites=multi,triple", "allowed are single, multi"},
		"a suite twice":                  {"-suites=multi,multi", "each once"},
		"a word too many":                {"HEAD", `unexpected "HEAD"`},
		"a flag that does not exist":     {"-rounds=3", "not defined: -rounds"},
		"a setting that does not exist":  {"-duet.speed=9", "not defined: -duet.speed"},
		"a setting that cannot be":       {"-old.duet.rounds=0", "the old side: -duet.rounds=0"},
		"rounds of one side":             {"-old.duet.rounds=4", "are those of both sides"},
		"a name":                         {"-duet.session=x", "named after their revisions"},
		"a round":                        {"-duet.only-round=1", "the order of the rounds"},
		"a gate of the suites":           {"-duet.gate=default", "say -gate"},
		"re-runs":                        {"-duet.rerun=true", "lies beside no run of the other side"},
		"containers that stay":           {"-duet.keep=true", "servers start anew"},
		"a gate that is not there":       {"-gate=nowhere.yaml", "nowhere.yaml"},
		"a revision that is not there":   {"-new=nowhere", `the new side: no revision "nowhere"`},
		"a server that is not there":     {"-tags=ollama -new.duet.ollama=./nowhere", "the new side: -duet.ollama: "},
		"a server that is not simulated": {"-old.duet.ollama=" + program(t, "1"), "without TAGS=ollama"},
		"a server that is not started":   {"-tags=ollama -duet.endpoints=127.0.0.1:1,127.0.0.1:2 -old.duet.ollama=" + program(t, "2"), "would not be measured"},
	} {
		t.Run(name, func(t *testing.T) {
			args := strings.Fields(test.args)
			if test.want != "-old REV is needed" {
				args = append([]string{"-old=HEAD"}, args...)
			}
			var out strings.Builder
			err := Run(t.Context(), &out, io.Discard, args)
			require.ErrorContains(t, err, test.want)
			assert.NotContains(t, err.Error(), "\n")
			assert.Equal(t, 2, suites.Status(err, Unusable))
			assert.Empty(t, out.String())
			assert.NoDirExists(t, "results")
		})
	}
	var help strings.Builder
	assert.ErrorIs(t, Run(t.Context(), io.Discard, &help, []string{"-h"}), flag.ErrHelp)
	assert.Contains(t, help.String(), "-old.duet.X=V")
}

// program is a file that can be run, in name.
func program(t *testing.T, text string) string {
	path := filepath.Join(t.TempDir(), "ollama.exe") // the suffix matters to Windows only
	require.NoError(t, os.WriteFile(path, []byte(text), 0o755))
	return path
}

func TestAServerThatIsNamedIsTheOneThatIsMeasured(t *testing.T) {
	plain(t)
	t.Chdir(small(t).root)
	a, b, same := program(t, "a"), program(t, "b"), program(t, "a")
	named := func(before, after string) *comparison {
		o, err := parse(io.Discard, []string{"-old=HEAD", "-new=HEAD", "-tags=ollama", "-old.duet.ollama=" + before, "-new.duet.ollama=" + after})
		require.NoError(t, err)
		x, err := prepare(t.Context(), o)
		require.NoError(t, err)
		return x
	}
	x := named(a, b)
	for i, s := range x.sides {
		assert.Contains(t, s.flags, "-duet.servers=process", "and not what happens to answer")
		assert.Contains(t, s.flags, "-duet.ollama="+[]string{a, b}[i])
	}
	assert.NotEqual(t, x.sides[compare.OldArm].program, x.sides[compare.NewArm].program)
	assert.NotEqual(t, x.dir, named(a, same).dir, "another program is another comparison")
	assert.Equal(t, x.dir, named(a, b).dir, "the same command is the same comparison")
	require.NoError(t, os.WriteFile(b, []byte("built again"), 0o755))
	assert.NotEqual(t, x.dir, named(a, b).dir, "so is one that was built again in its place")
}

func TestExitStatus(t *testing.T) {
	for err, want := range map[error]int{nil: 0, errFails: 1, errInconclusive: 3, errInterrupted: 130, errors.New("git"): 2} {
		assert.Equal(t, want, suites.Status(err, Unusable), "%v", err)
	}
}
