package wire

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// lines are what servers write, and what a decoder could take for it.
var lines = []string{
	`{"model":"m","created_at":"2026-01-01T00:00:00Z","response":" token","done":false}`,
	`{"model":"m","response":"","thinking":"hm","done":false}`,
	`{"model":"m","response":"","done":true,"done_reason":"stop","context":[1,2,3],"total_duration":5,"load_duration":4,"prompt_eval_count":3,"prompt_eval_duration":2,"eval_count":1,"eval_duration":0}`,
	`{"error":"no"}`, `{}`, ` { "response" : "a" , "done" : true } `, "{\"response\":\"a\"}\r",
	`{"response":"\"\\\/\b\f\n\r\t\u00e9\u20ac\ud83d\ude00"}`, `{"response":"\ud83d"}`, `{"response":"\ud83dx"}`, `{"response":"\ude00\ud83d\u0041"}`,
	`{"response":"„wie?“"}`, "{\"response\":\"\xff\"}", "{\"response\":\"a\nb\"}", `{"response":"\x"}`, `{"response":"\u12"}`, `{"model":"\uzzzz","response":"a"}`,
	`{"Response":"a"}`, `{"response":"a","response":"b"}`, `{"response":null}`, `{"response":1}`, `{"done":1}`, `{"done":tru}`,
	`{"eval_count":1.0}`, `{"eval_count":1e3}`, `{"eval_count":-0}`, `{"eval_count":01}`, `{"eval_count":9223372036854775808}`, `{"eval_count":123456789012345678}`,
	`{"x":1.5,"response":"a"}`, `{"x":{"response":"b"},"response":"a"}`, `{"x":[],"response":"a"}`, `{"x":null,"response":"a"}`,
	`{"response":"a",}`, `{,"response":"a"}`, `{"response":"a"`, `{"response":"a`, `{"response"}`, `"response"`, `[]`, `null`, `1`, ``, `{"response":"a"} x`, `{"done":true}{"done":false}`,
	`{"\u0072esponse":"a"}`, "{\"done\u017f\":true}",
}

func TestBothWaysOfDecodingAgree(t *testing.T) {
	quick := 0
	for _, line := range lines {
		if agree(t, []byte(line)) {
			quick++
		}
	}
	assert.Greater(t, quick, len(lines)/4)
}

// agree reports whether the quick way took a line, and holds it to encoding/json.
func agree(t testing.TB, line []byte) bool {
	t.Helper()
	var quick, slow decoder
	before := bytes.Clone(line)
	s := scanner{line: line, d: &quick}
	took := s.object()
	want, err := slow.ask(line)
	if took {
		require.NoError(t, err, "encoding/json refuses %q", line)
		for _, texts := range [][2][]byte{
			{want.response, quick.chunk.response}, {want.thinking, quick.chunk.thinking}, {want.reason, quick.chunk.reason}, {want.failure, quick.chunk.failure},
		} {
			require.Equal(t, string(texts[0]), string(texts[1]), "%q", line)
		}
		require.Equal(t, want.done, quick.chunk.done, "%q", line)
		require.Equal(t, want.timings, quick.chunk.timings, "%q", line)
	}
	require.Equal(t, before, line, "a line is not changed")
	return took
}

func FuzzDecode(f *testing.F) {
	for _, line := range lines {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		agree(t, line)
		var d decoder
		_, _ = d.decode([]byte(lines[0])) // what a line leaves behind is nothing to the next
		got, err := d.decode(line)
		var fresh decoder
		want, wantErr := fresh.ask(line)
		require.Equal(t, wantErr == nil, err == nil)
		if err == nil {
			require.Equal(t, string(want.response), string(got.response))
			require.Equal(t, want.done, got.done)
		}
	})
}

func TestAChunkAllocatesNothing(t *testing.T) {
	for _, line := range []string{lines[0], lines[1], lines[7], lines[11]} {
		var d decoder
		text := []byte(line)
		allocations := testing.AllocsPerRun(100, func() {
			if _, err := d.decode(text); err != nil {
				t.Fatal(err)
			}
		})
		assert.Zero(t, allocations, line)
	}
}

func BenchmarkDecode(b *testing.B) {
	line := []byte(strings.TrimSpace(lines[0]))
	for name, decode := range map[string]func(*decoder) (*chunk, error){
		"ours": func(d *decoder) (*chunk, error) { return d.decode(line) }, "encoding-json": func(d *decoder) (*chunk, error) { return d.ask(line) },
	} {
		b.Run(name, func(b *testing.B) {
			var d decoder
			b.ReportAllocs()
			for b.Loop() {
				if _, err := decode(&d); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
