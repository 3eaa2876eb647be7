package backend

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

// Address spells a server's address as it is used and recorded: http, host, port,
// no trailing slash. The scheme may be left out, and the port where it is Ollama's
// own; localhost becomes 127.0.0.1, and the addresses that servers listen on
// everywhere (0.0.0.0, [::], as in OLLAMA_HOST) the one of this machine. Only this
// machine's loopback is measured: across a network, times would be the network's.
// Each of what cannot be used has a reason of its own.
func Address(text string) (string, error) {
	u, err := parse(text)
	if err != nil {
		return "", fmt.Errorf("endpoint %q: %w", withoutPassword(text), err)
	}
	host, err := loopback(u.Hostname())
	if err != nil {
		return "", fmt.Errorf("endpoint %q: %w", text, err)
	}
	port := u.Port()
	if port == "" {
		port = defaultPort
	}
	if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
		return "", fmt.Errorf("endpoint %q: port must be from 1 to 65535", text)
	}
	return "http://" + net.JoinHostPort(host, port), nil
}

func parse(text string) (*url.URL, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil, errors.New("empty; an address looks like http://127.0.0.1:11434")
	}
	if !strings.Contains(text, "://") {
		text = "http://" + text
	}
	u, err := url.Parse(text)
	switch {
	case err != nil:
		var why *url.Error
		if errors.As(err, &why) {
			err = why.Err
		}
		return nil, fmt.Errorf("not an address: %w", err)
	case u.Scheme == "https":
		return nil, errors.New("https is not supported; a server on this machine speaks http")
	case u.Scheme != "http":
		return nil, fmt.Errorf("scheme %s is not supported; a server on this machine speaks http", u.Scheme)
	case u.User != nil:
		return nil, errors.New("a user or a key in the address is not supported, and would not be sent")
	case strings.Trim(u.Path, "/") != "":
		return nil, fmt.Errorf("a path (%s) is not supported; duet asks the server for /api itself", u.Path)
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, errors.New("what stands behind a ? or # is not supported, and would not be sent")
	}
	return u, nil
}

// withoutPassword is an address as it may stand in a log.
func withoutPassword(text string) string {
	at := strings.LastIndexByte(text, '@')
	if at < 0 {
		return text
	}
	start := 0
	if i := strings.Index(text, "://"); i >= 0 && i < at {
		start = i + len("://")
	}
	return text[:start] + "…" + text[at:]
}

// loopback returns the address of a host on this machine.
func loopback(host string) (string, error) {
	if strings.EqualFold(host, "localhost") {
		return "127.0.0.1", nil
	}
	ip, err := netip.ParseAddr(host)
	ip = ip.Unmap().WithZone("")
	switch {
	case err == nil && ip.IsUnspecified() && ip.Is4():
		return "127.0.0.1", nil
	case err == nil && ip.IsUnspecified():
		return "::1", nil
	case err != nil || !ip.IsLoopback():
		return "", fmt.Errorf("host %q is not this machine's loopback; allowed: 127.0.0.1, localhost, [::1]. Across a network, times would be the network's", host)
	}
	return ip.String(), nil
}
