package progress

import (
	"io"
	"os"

	"golang.org/x/term"
)

// terminal opens the controlling terminal, which has another name on every
// system; nil where there is none.
func terminal() (io.WriteCloser, int) {
	tty, err := os.OpenFile(ttyName, ttyMode, 0)
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
