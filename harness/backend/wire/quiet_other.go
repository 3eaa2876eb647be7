//go:build !linux || race

package wire

import "net"

func quiet(c net.Conn) net.Conn { return c }
