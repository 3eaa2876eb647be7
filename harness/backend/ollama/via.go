package ollama

import "net/http"

// Via makes the client use a transport of the caller's, the simulator's network
// in memory say, and returns it.
func (c *Client) Via(t http.RoundTripper) *Client {
	c.http = &http.Client{Transport: t}
	return c
}
