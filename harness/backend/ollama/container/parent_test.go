package container

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"
)

// parentPlan tells a parent what to do.
type parentPlan struct {
	Config Config
	End    string // exit, panic, or wait for a signal
}

// parent is a program that starts servers and then ends without closing them.
func parent(text string) {
	var plan parentPlan
	if err := json.Unmarshal([]byte(text), &plan); err != nil {
		panic(err)
	}
	b, err := Start(context.Background(), plan.Config)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(b.session)
	io.Copy(io.Discard, os.Stdin) // until the test has looked around
	switch plan.End {
	case "exit":
		os.Exit(7)
	case "panic":
		panic("as planned")
	}
	time.Sleep(time.Minute)
}
