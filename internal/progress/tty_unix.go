//go:build unix

package progress

import "os"

const (
	ttyName = "/dev/tty"
	ttyMode = os.O_WRONLY
)
