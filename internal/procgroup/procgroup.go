// Package procgroup starts programs in groups that end whole: a group's
// processes, and whatever they start, are gone when it is killed, and also when
// the program that made it ends by any means, kill -9 included.
//
// On Unix a group is a process group led by a keeper, this program's own binary
// under another name, which notices the end of its parent. So a program that
// imports this package can be started as a keeper, and becomes one in init. On
// Windows a group is a job object, which the system ends.
//
// For what no group can hold there is an heir (Bequeath): a child that does one
// last thing when this program is gone, however it ended.
package procgroup

import (
	"os"
	"slices"
	"strings"
)

// envKeeper makes a program a keeper, on Unix.
const envKeeper = "DUET_PROCESS_KEEPER"

// keeperReady is what a keeper or an heir says once signals no longer end it.
const keeperReady = "keeping"

// Environ is os.Environ for a program that is started in a group.
func Environ() []string {
	return slices.DeleteFunc(os.Environ(), func(kv string) bool {
		name, _, _ := strings.Cut(kv, "=")
		return name == envKeeper || name == envHeir || name == envWill
	})
}
