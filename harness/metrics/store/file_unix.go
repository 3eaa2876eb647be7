//go:build unix

package store

import (
	"os"
	"slices"

	"golang.org/x/sys/unix"
)

// leastRoom is how much of a file is read at least at a time.
const leastRoom = 64 << 10

// readInto appends a file to data. os.ReadFile asks the kernel for the file's
// size, and whether it can be waited for, before it reads, and allocates; over
// many small files that is half of the time.
func readInto(data []byte, path string) ([]byte, error) {
	fd, err := retry(func() (int, error) { return unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0) })
	if err != nil {
		return data, &os.PathError{Op: "open", Path: path, Err: err}
	}
	defer unix.Close(fd)
	for {
		data = slices.Grow(data, leastRoom)
		n, err := retry(func() (int, error) { return unix.Read(fd, data[len(data):cap(data)]) })
		if err != nil {
			return data, &os.PathError{Op: "read", Path: path, Err: err}
		}
		if n == 0 {
			return data, nil
		}
		data = data[:len(data)+n]
	}
}

// retry calls again what a signal interrupted.
func retry(call func() (int, error)) (int, error) {
	for {
		if n, err := call(); err != unix.EINTR {
			return n, err
		}
	}
}
