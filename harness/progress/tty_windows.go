package progress

import (
	"io"
	"os"

	"golang.org/x/term"
)

// terminal opens the console; nil where there is none.
func terminal() (io.WriteCloser, int) {
	tty, err := os.OpenFile("CONOUT$", os.O_RDWR, 0)
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
