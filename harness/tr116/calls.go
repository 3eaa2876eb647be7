package tr116

import (
	"time"

	"github.com/chimeraforge/duet/harness/record"
)

// call reads one request of a Rust file.
func call(o object) record.ImportedCall {
	m := o.member("metrics").object()
	return record.ImportedCall{
		Tokens:       whole(m.member("tokens_generated").needed(tokenCount)),
		Decode:       m.member("throughput_tokens_per_sec").number(rate),
		TTFTNS:       ms(m.member("ttft_ms").number(milliseconds)), // client clock, first text
		PromptEvalNS: ms(m.member("prompt_eval_duration_ms").number(milliseconds)),
		EvalNS:       ms(m.member("eval_duration_ms").number(milliseconds)),
		LoadNS:       ms(m.member("load_duration_ms").number(milliseconds)),
		TotalNS:      ms(m.member("total_duration_ms").number(milliseconds)),
	}
}

func calls(f field) []record.ImportedCall {
	var out []record.ImportedCall
	for _, element := range f.list("calls") {
		out = append(out, call(element.object()))
	}
	return out
}

// fromCalls adds up an agent's calls.
func fromCalls(calls []record.ImportedCall) record.ImportedAgent {
	if len(calls) == 0 {
		return record.ImportedAgent{}
	}
	n := len(calls)
	return record.ImportedAgent{
		Calls: calls, Requests: &n, Tokens: tokens(calls),
		DecodeMean:   mean(calls, func(c record.ImportedCall) *float64 { return c.Decode }),
		TTFTNS:       mean(calls, func(c record.ImportedCall) *float64 { return c.TTFTNS }),
		TTFTServerNS: mean(calls, func(c record.ImportedCall) *float64 { return c.PromptEvalNS }),
		PromptEvalNS: sum(calls, func(c record.ImportedCall) *float64 { return c.PromptEvalNS }),
		EvalNS:       sum(calls, func(c record.ImportedCall) *float64 { return c.EvalNS }),
		LoadNS:       sum(calls, func(c record.ImportedCall) *float64 { return c.LoadNS }),
	}
}

// sum is absent when one call lacks the quantity.
func sum(calls []record.ImportedCall, of func(record.ImportedCall) *float64) *float64 {
	var out float64
	for _, c := range calls {
		v := of(c)
		if v == nil {
			return nil
		}
		out += *v
	}
	return &out
}

func mean(calls []record.ImportedCall, of func(record.ImportedCall) *float64) *float64 {
	return times(sum(calls, of), 1/float64(len(calls)))
}

func tokens(calls []record.ImportedCall) *int64 {
	var out int64
	for _, c := range calls {
		if c.Tokens == nil {
			return nil
		}
		out += *c.Tokens
	}
	return &out
}

// whenAndWhere reads what a Rust file says of the time and the machine.
func whenAndWhere(f field) (started time.Time, e record.Environment) {
	if f.kind() != "an object" {
		return started, e // complained of where its calls were wanted
	}
	o := f.object()
	if s := o.member("system_info"); s.there() {
		info := s.object()
		e.OS, e.Arch = info.member("os").word(), info.member("arch").word()
	}
	stamp := o.member("timestamp")
	if text := stamp.word(); text != "" {
		var err error
		if started, err = time.Parse(time.RFC3339, text); err != nil {
			stamp.complain("a time such as 2025-11-26T23:44:19Z", text)
		}
	}
	return started, e
}
