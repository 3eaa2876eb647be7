package smi

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"time"
)

// identity is asked once. The name comes last, for it may hold a comma.
var identity = []field{
	{"index"}, {"uuid"}, {"driver_version"}, {"memory.total"}, {"power.limit"},
	{"pcie.link.gen.current"}, {"pcie.link.width.current"}, {"mig.mode.current"}, {"name"},
}

// sensors are asked all the time.
var sensors = []field{
	{"timestamp"}, {"uuid"},
	{"power.draw.instant"}, // where a driver has it, power.draw is an average of a second
	{"power.draw"},
	{"utilization.gpu"}, {"memory.used"}, {"clocks.sm"}, {"clocks.mem"},
	{"clocks_event_reasons.active", "clocks_throttle_reasons.active"},
	{"temperature.gpu"},
}

// field is the names of one thing, the newest first.
type field []string

// dialect is the fields that the installed nvidia-smi knows.
type dialect struct {
	names  []string
	answer []string // to the question that was understood, by line
}

func (d dialect) query() string { return strings.Join(d.names, ",") }

// askLimit bounds one question: a driver that hangs must not hang the session. A
// cold driver takes seconds to come up.
const askLimit = 20 * time.Second

// learn finds the fields that nvidia-smi knows of those wanted. It refuses a
// whole question for one unknown field, and names it; then that field's older
// name is tried, or it is left out.
func learn(ctx context.Context, path string, wanted []field) (dialect, error) {
	ctx, cancel := context.WithTimeout(ctx, askLimit)
	defer cancel()
	left := slices.Clone(wanted)
	for {
		var d dialect
		for _, f := range left {
			d.names = append(d.names, f[0])
		}
		out, err := ask(ctx, path, d.query())
		if err == nil {
			d.answer = nonEmpty(out)
			return d, nil
		}
		i := slices.Index(d.names, unknownField(out))
		if i < 0 {
			return d, err
		}
		if left[i] = left[i][1:]; len(left[i]) == 0 {
			left = slices.Delete(left, i, i+1)
		}
		if len(left) == 0 {
			return d, err
		}
	}
}

// ask puts one question and returns the answer, also where it is a refusal.
func ask(ctx context.Context, path, query string) (string, error) {
	var out bytes.Buffer
	cmd := exec.CommandContext(ctx, path, "--query-gpu="+query, csv)
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	switch text := oneLine(out.String()); {
	case err == nil:
		return out.String(), nil
	case ctx.Err() != nil:
		return "", errors.New("it does not answer")
	case text != "":
		return out.String(), fmt.Errorf("it says: %s", text)
	}
	return "", fmt.Errorf("it fails: %w", err)
}

// refusal is how nvidia-smi names a field it does not know.
var refusal = regexp.MustCompile(`Field "([^"]+)" is not a valid field to query`)

func unknownField(text string) string {
	if m := refusal.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}

func nonEmpty(text string) []string {
	return slices.DeleteFunc(strings.Split(text, "\n"), func(l string) bool { return strings.TrimSpace(l) == "" })
}

// oneLine is a text as part of an error.
func oneLine(text string) string {
	const most = 200
	if text = strings.Join(strings.Fields(text), " "); len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "…"
	}
	return text
}
