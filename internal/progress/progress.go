// Package progress tells a person where a session is: cell k of n, the last
// result, the time left.
//
// It never writes to stdout or stderr. "go test" merges the two, and whatever
// is written there while a benchmark runs ends up inside the benchmark's line.
// So progress goes to progress.log always, and to the controlling terminal
// where there is one: one line, redrawn, and wiped before the benchmark's own
// line is printed.
package progress

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"
	"unicode"

	"golang.org/x/term"
)

// LogName is the file in the session folder.
const LogName = "progress.log"

// Progress writes where a session is. Its methods may be called from several
// goroutines.
type Progress struct {
	mu    sync.Mutex
	log   *os.File
	tty   io.WriteCloser // nil where there is no terminal
	width int

	total    int // runs to make
	done     int
	expected time.Duration // of one run, before any was made
	spent    time.Duration
	last     string
}

// Open appends to the session's progress.log and, unless logOnly, draws on the
// controlling terminal.
func Open(sessionDir string, logOnly bool) (*Progress, error) {
	log, err := os.OpenFile(filepath.Join(sessionDir, LogName), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, fmt.Errorf("open progress log: %w", err)
	}
	p := &Progress{log: log}
	if !logOnly {
		p.tty, p.width = terminal()
	}
	return p, nil
}

// Plan says how many runs are to be made and how long each is expected to take.
func (p *Progress) Plan(total int, each time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.total, p.expected = total, each
}

// Rest says how many runs are still to be made, where the plan did not know.
func (p *Progress) Rest(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.total = p.done + n
}

// Note logs a line that is not about one run, such as a model being loaded.
func (p *Progress) Note(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	text := fmt.Sprintf(format, args...)
	p.write(text)
	p.draw(text)
}

// Begin says which run is being made.
func (p *Progress) Begin(what string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	text := fmt.Sprintf("%s, running %s", p.where(p.done+1), what)
	if p.last != "" {
		text += " | last: " + p.last
	}
	p.write(text)
	p.draw(text)
}

// End says how a run ended and wipes the terminal's line, so that the
// benchmark's own line can be printed there.
func (p *Progress) End(result string, took time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done++
	p.spent += took
	p.last = result
	p.write(fmt.Sprintf("%s, done: %s (%.1f s)", p.where(p.done), result, took.Seconds()))
	p.wipe()
}

// Cancel wipes the terminal's line of a run that leaves no trace.
func (p *Progress) Cancel() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.write("run given up")
	p.wipe()
}

// Left is the expected time for the runs that are still to be made.
func (p *Progress) Left() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.left()
}

// Close wipes the line and closes the log.
func (p *Progress) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wipe()
	if p.tty != nil {
		_ = p.tty.Close()
		p.tty = nil
	}
	return p.log.Close()
}

func (p *Progress) left() time.Duration {
	each := p.expected
	if p.done > 0 {
		each = p.spent / time.Duration(p.done)
	}
	return time.Duration(max(0, p.total-p.done)) * each
}

func (p *Progress) where(k int) string {
	return fmt.Sprintf("run %d of %d, about %s left", k, p.total, Round(p.left()))
}

func (p *Progress) write(text string) {
	_, _ = fmt.Fprintf(p.log, "%s %s\n", time.Now().Format(time.RFC3339), plain(text))
}

// draw replaces the terminal's line: carriage return, text, erase to the end.
func (p *Progress) draw(text string) {
	if p.tty == nil {
		return
	}
	_, _ = fmt.Fprintf(p.tty, "\r%s\x1b[K", Cut(plain(text), p.width-1))
}

func (p *Progress) wipe() {
	if p.tty != nil {
		_, _ = io.WriteString(p.tty, "\r\x1b[K")
	}
}

// plain keeps a text on its line: a server's error may have several, and what a
// terminal would obey.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text)
}

// Cut shortens a text to a terminal's width.
func Cut(text string, width int) string {
	r := []rune(text)
	if width < 1 || len(r) <= width {
		return text
	}
	return string(r[:width-1]) + "…"
}

// Round prints a duration as a person would say it: 3 s, 12 min, 2 h 5 min.
func Round(d time.Duration) string {
	if s := d.Round(time.Second); s < time.Minute {
		return fmt.Sprintf("%d s", int(s.Seconds()))
	}
	d = d.Round(time.Minute)
	switch {
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	default:
		return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
	}
}

// terminal opens the controlling terminal, which has another name on every
// system; nil where there is none.
func terminal() (io.WriteCloser, int) {
	name, mode := "/dev/tty", os.O_WRONLY
	if runtime.GOOS == "windows" {
		name, mode = "CONOUT$", os.O_RDWR // a console's size is asked for with a handle that can be read
	}
	tty, err := os.OpenFile(name, mode, 0)
	if err != nil {
		return nil, 0
	}
	width, _, err := term.GetSize(int(tty.Fd()))
	if err != nil || width < 20 {
		_ = tty.Close()
		return nil, 0
	}
	return tty, width
}
