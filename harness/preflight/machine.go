package preflight

import (
	"context"
	"path/filepath"
	"runtime"

	"github.com/shirou/gopsutil/v4/common"

	"github.com/chimeraforge/duet/harness/record"
)

// Host is the machine to look at, and what is to be measured on it.
type Host struct {
	Root    string // of /sys and /proc; "": this machine's
	Results string // folder that sessions are written to
	Servers int    // Ollama servers that run already and are to be measured
	// Recent says that this session measured until a moment ago: the load average
	// may be its own.
	Recent bool
	Limits Limits
}

// looks are the checks, in the order in which they are told.
var looks = []func(context.Context, Host) []record.Finding{
	nvidia, battery, governor, swap, busy, memory, room, others,
}

// Look asks every check.
func Look(ctx context.Context, h Host) []record.Finding {
	if h.Limits == (Limits{}) {
		h.Limits = DefaultLimits()
	}
	if h.Root != "" {
		ctx = context.WithValue(ctx, common.EnvKey, common.EnvMap{
			common.HostProcEnvKey: filepath.Join(h.Root, "proc"), common.HostSysEnvKey: filepath.Join(h.Root, "sys"),
		})
	}
	var out []record.Finding
	for _, look := range looks {
		out = append(out, look(ctx, h)...)
	}
	return out
}

// path is a file of the system's.
func (h Host) path(parts ...string) string {
	return filepath.Join(append([]string{h.Root, string(filepath.Separator)}, parts...)...)
}

// linux reports whether /sys and /proc are there to be read.
func (h Host) linux() bool { return h.Root != "" || runtime.GOOS == "linux" }

const notTold = "this system does not tell"

func one(a record.Finding) []record.Finding { return []record.Finding{a} }
