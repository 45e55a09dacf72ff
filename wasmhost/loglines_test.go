package wasmhost

import (
	"slices"
	"strings"
	"testing"

	"github.com/mozaiks/mozaiks/abi"
	w "github.com/mozaiks/mozaiks/wasmhost/wasmtest"
)

func TestLogLinesAreEscapedAndFiltered(t *testing.T) {
	t.Parallel()
	e := newTestEngine(t, nil)
	m := load(t, e, asking("log", `{"level":"info","message":"a\nb\u001b[0m\u202e","fields":{"k":["x\ty",{"z":"\r"}],"n":1}}`))
	for level, want := range map[string][]string{
		"":      {`info a\nb\u001b[0m\u202e map[k:[x\ty map[z:\r]] n:1]`},
		"debug": {`info a\nb\u001b[0m\u202e map[k:[x\ty map[z:\r]] n:1]`},
		"warn":  nil,
	} {
		h := &testHost{}
		r := mustCall(t, m, Call{Host: h, LogLevel: level})
		if !slices.Equal(h.log, want) {
			t.Errorf("%q: got %q, want %q", level, h.log, want)
		}
		if string(r.Value) != "null" || r.LogLines != 1 {
			t.Errorf("%q: the guest can tell: %s, %d lines", level, r.Value, r.LogLines)
		}
	}
}

func TestLogsLeaveAlsoACallThatFails(t *testing.T) {
	t.Parallel()
	b := w.New()
	op := b.Operation("log")
	b.Allocator().Handler("run", forward(b, op, `{"level":"error","message":"last words"}`), w.Drop, w.Unreachable)
	h := &testHost{}
	if _, err := call(t, load(t, newTestEngine(t, nil), b), Call{Host: h}); err == nil || !slices.Equal(h.log, []string{"error last words"}) {
		t.Fatalf("got %v, %q", err, h.log)
	}
}

func TestLogsAreBounded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		options Options
		request string
		log     []string
	}{
		{"lines", Options{LogLines: 1}, `{"level":"info","message":"abc"}`,
			[]string{"info abc", "warn 1 log lines were dropped: too much is logged in one call"}},
		{"bytes of all", Options{LogMax: 5}, `{"level":"info","message":"abc"}`,
			[]string{"info abc", "warn 1 log lines were dropped: too much is logged in one call"}},
		{"bytes of one", Options{LogLine: 2}, `{"level":"info","message":"abc"}`,
			[]string{"warn 2 log lines were dropped: too much is logged in one call"}},
		{"bytes of one with fields", Options{LogLine: 9}, `{"level":"info","message":"abc","fields":{"a":1}}`,
			[]string{"warn 2 log lines were dropped: too much is logged in one call"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := w.New()
			op := b.Operation("log")
			b.Allocator().Handler("run", forward(b, op, c.request), w.Drop, forward(w.New(), op, c.request))
			h := &testHost{}
			r := mustCall(t, load(t, newTestEngine(t, &c.options), b), Call{Host: h})
			if r.Refusal == nil || r.Refusal.Code != abi.CodeLimitExceeded {
				t.Errorf("got %s, %v", r.Value, r.Refusal)
			}
			if !slices.Equal(h.log, c.log) {
				t.Errorf("log %q, want %q", h.log, c.log)
			}
		})
	}
}

func TestOutputIsCutIntoLines(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		writes []string
		want   []string
	}{
		{"one line", []string{"hello\n"}, []string{"info hello"}},
		{"a line in pieces", []string{"he", "llo", "\n"}, []string{"info hello"}},
		{"several lines at once", []string{"a\nb\r\n\nc"}, []string{"info a", "info b", "info ", "info c"}},
		{"as long as a line may be", []string{"12345678\n"}, []string{"info 12345678"}},
		{"longer", []string{"123456789\nx"}, []string{"info 12345678", "info 9", "info x"}},
		{"much longer", []string{"1234567890123456", "78\n"}, []string{"info 12345678", "info 90123456", "info 78"}},
		{"a character at the cut", []string{"1234567ä9\n"}, []string{"info 1234567", "info ä9"}},
		{"what is no text", []string{"1234567\xff\xfe\n"}, []string{"info 1234567\ufffd", "info \ufffd"}},
		{"a line end just after the cut", []string{"12345678", "\nx\n"}, []string{"info 12345678", "info ", "info x"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			o, err := (&Options{LogLine: 8}).withDefaults()
			if err != nil {
				t.Fatal(err)
			}
			h := &testHost{}
			l := newLogLines(&o, h, "info")
			for _, s := range c.writes {
				if !l.write(standardOutput, []byte(s)) {
					t.Fatal("refused")
				}
			}
			l.flush()
			if !slices.Equal(h.log, c.want) {
				t.Errorf("got %q, want %q", h.log, c.want)
			}
		})
	}
}

func TestOutputPastALimitIsRefused(t *testing.T) {
	t.Parallel()
	o, err := (&Options{LogLine: 4, LogLines: 3}).withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	h := &testHost{}
	l := newLogLines(&o, h, "info")
	if l.write(standardError, []byte(strings.Repeat("x", 1<<20))) {
		t.Error("a mebibyte was taken")
	}
	if l.write(standardOutput, []byte("y")) {
		t.Error("more was taken")
	}
	l.flush()
	if want := []string{"warn xxxx", "warn xxxx", "warn xxxx"}; len(h.log) != 4 || !slices.Equal(h.log[:3], want) ||
		!strings.Contains(h.log[3], "dropped") {
		t.Errorf("got %q", h.log)
	}
}
