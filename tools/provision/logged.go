package main

import (
	"fmt"
	"os"
	"strings"
)

// quoted is how many lines of a log an error quotes.
const quoted = 15

// logged gives work a log file. When the work fails, the error quotes the end
// of the log and names the file, which stays; else the file goes.
func (s *setup) logged(name string, work func(log *os.File) error) error {
	log, err := os.CreateTemp("", "duet-"+name+"-*.log")
	if err != nil {
		return err
	}
	defer log.Close()
	if err := work(log); err != nil {
		return fmt.Errorf("%w\nthe end of %s:\n%s", err, log.Name(), lastLines(log.Name()))
	}
	return os.Remove(log.Name())
}

func lastLines(path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if len(lines) > quoted {
		lines = lines[len(lines)-quoted:]
	}
	return "  | " + strings.Join(lines, "\n  | ")
}
