package wire

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"
)

// Refused is why a reply is not a server's: a Detour, or an HTTP status other than
// 200, with the server's own words. nil when it can be read.
func Refused(res *http.Response) error {
	detour := Detour(res)
	switch {
	case detour != "" && res.StatusCode == http.StatusOK:
		return errors.New(detour)
	case detour == "" && res.StatusCode != http.StatusOK:
		text, _ := io.ReadAll(io.LimitReader(res.Body, 4<<10))
		detour = Words(text)
	case detour == "":
		return nil
	}
	return fmt.Errorf("HTTP %d: %s", res.StatusCode, detour)
}

// Detour is what stands between a client and its server: a redirect, a proxy that
// encodes, or one that answers itself. "" where nothing does.
func Detour(res *http.Response) string {
	encoding := res.Header.Get("Content-Encoding")
	kind, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
	switch {
	case res.StatusCode/100 == 3:
		return fmt.Sprintf("redirected to %s; duet follows no redirects: name the address itself", cmp.Or(res.Header.Get("Location"), "nowhere"))
	case res.StatusCode/100 != 2:
		return ""
	case encoding != "" && encoding != "identity":
		return fmt.Sprintf("the reply is %s (Content-Encoding), which nobody asked for: a proxy in between compresses it", encoding)
	case kind == "text/html":
		return "the reply is a web page (text/html): a proxy or a login page answers in the server's place"
	}
	return ""
}

// FollowNone is a client's CheckRedirect: another address is another server.
func FollowNone(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// Words are a server's own in the text of an error, or the beginning of the text.
func Words(text []byte) string { return cmp.Or(ErrorWords(text), excerpt(text)) }

// ErrorWords are a server's own in the text of an error: {"error": "…"}, an object
// with a message (as llama-server and gateways have it), or such a text inside a
// text. "" where there are none.
func ErrorWords(text []byte) string {
	var e struct {
		Error json.RawMessage `json:"error"`
	}
	if json.Unmarshal(text, &e) != nil {
		return ""
	}
	return failure(e.Error)
}

// failure is what the value of "error" says; "" for null, "" and nothing at all.
func failure(raw json.RawMessage) string {
	if len(raw) == 0 || string(raw) == "null" || string(raw) == `""` {
		return ""
	}
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return unwrapped(text)
	}
	var object struct {
		Message string `json:"message"`
	}
	if json.Unmarshal(raw, &object) == nil && object.Message != "" {
		return unwrapped(object.Message)
	}
	return excerpt(raw)
}

// unwrapped is a text, or what the error in it says where it is one itself.
func unwrapped(text string) string {
	if !strings.HasPrefix(text, "{") {
		return text
	}
	return cmp.Or(ErrorWords([]byte(text)), text)
}

// excerpt is the start of what a server said, on one line, for an error.
func excerpt(p []byte) string {
	const most = 120
	cut := len(p) > most
	if cut {
		p = p[:most]
	}
	text := strings.ToValidUTF8(string(p), string(utf8.RuneError))
	if cut {
		text += "…"
	}
	return fmt.Sprintf("%q", text)
}

// whole is a count or a duration: a whole number, however it is written. Servers
// that take nanoseconds from another language's clock send 80000000.0.
type whole int64

func (w *whole) UnmarshalJSON(text []byte) error {
	var n int64
	if json.Unmarshal(text, &n) == nil {
		*w = whole(n)
		return nil
	}
	var f float64
	if json.Unmarshal(text, &f) != nil || f != float64(int64(f)) {
		return notWhole(bytes.Clone(text))
	}
	*w = whole(f)
	return nil
}

type notWhole []byte

func (n notWhole) Error() string { return fmt.Sprintf("%s is no whole number", []byte(n)) }
