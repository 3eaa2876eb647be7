package reuse

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// defaultPort is Ollama's.
const defaultPort = "11434"

// Normalize spells an address as it is used and recorded: http, host, port, no
// trailing slash. The scheme may be left out, and the port where it is Ollama's
// own; localhost becomes 127.0.0.1, where Ollama listens. Only addresses of this
// machine are allowed: across a network, its times would be the network's.
func Normalize(address string) (string, error) {
	u, err := parse(address)
	if err != nil {
		return "", fmt.Errorf("endpoint %q: %w", address, err)
	}
	host, err := loopback(u.Hostname())
	if err != nil {
		return "", fmt.Errorf("endpoint %q: %w", address, err)
	}
	port := u.Port()
	if port == "" {
		port = defaultPort
	}
	if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
		return "", fmt.Errorf("endpoint %q: port must be from 1 to 65535", address)
	}
	return "http://" + net.JoinHostPort(host, port), nil
}

func parse(address string) (*url.URL, error) {
	text := strings.TrimSpace(address)
	if text == "" {
		return nil, errors.New("empty; an address looks like http://127.0.0.1:11434")
	}
	if !strings.Contains(text, "://") {
		text = "http://" + text
	}
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return nil, fmt.Errorf("not an address: %w", err)
	case u.Scheme != "http":
		return nil, fmt.Errorf("scheme %s is not supported; a server on this machine speaks http", u.Scheme)
	case strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil:
		return nil, errors.New("only scheme, host and port are allowed")
	}
	return u, nil
}

// loopback returns the address of a host on this machine.
func loopback(host string) (string, error) {
	if strings.EqualFold(host, "localhost") {
		return "127.0.0.1", nil
	}
	ip, err := netip.ParseAddr(host)
	if err != nil || !ip.Unmap().IsLoopback() {
		return "", fmt.Errorf("host %q is not this machine; allowed: 127.0.0.1, localhost, [::1]", host)
	}
	return ip.Unmap().WithZone("").String(), nil
}

// samePort reports whether two normalized addresses have the same port. All of
// a machine's loopback addresses lead to the server that listens on it.
func samePort(a, b string) bool {
	return a[strings.LastIndexByte(a, ':'):] == b[strings.LastIndexByte(b, ':'):]
}
