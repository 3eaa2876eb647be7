package container

import (
	"os"
	"strconv"
)

// user is who a server runs as inside its container: whoever runs duet, so that
// files in the models folder stay theirs. "" is the image's own user, which is
// the right one for root, and where the engine maps users itself (rootless).
func user() string {
	if os.Getuid() == 0 {
		return ""
	}
	return strconv.Itoa(os.Getuid()) + ":" + strconv.Itoa(os.Getgid())
}
