package mozaiks

import (
	"runtime"
	"strconv"
	"strings"
)

const (
	panicText   = 4 << 10 // bytes of a panic's message; the host's line holds 8 KiB
	panicFrames = 8
)

// logPanic writes what a handler panicked with, and where, at the level error.
func logPanic(ctx Context, reason any) {
	fields := Fields{}
	if frames := panicPlaces(); len(frames) > 0 {
		fields["place"] = frames[0]
		fields["stack"] = strings.Join(frames, "\n")
	}
	text := panicMessage(reason)
	if len(text) > panicText {
		text = strings.ToValidUTF8(text[:panicText], "") + "…"
	}
	ctx.Log(LevelError, "panic: "+text, fields)
}

// panicPlaces answers the frames of the panicking handler, innermost first. The machinery of the panic and the SDK's own
// frames are left out.
func panicPlaces() []string {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	var out []string
	for {
		f, more := frames.Next()
		if f.Function != "" && !isMachinery(f.Function) {
			out = append(out, f.Function+" "+f.File+":"+strconv.Itoa(f.Line))
		}
		if !more || len(out) == panicFrames {
			return out
		}
	}
}

func isMachinery(function string) bool {
	const sdk = "github.com/mozaiks/mozaiks/abi/sdk/go."
	rest, own := strings.CutPrefix(function, sdk)
	return strings.HasPrefix(function, "runtime.") ||
		own && (strings.HasPrefix(rest, "logPanic") || strings.HasPrefix(rest, "panicPlaces") || strings.HasPrefix(rest, "Handle") ||
			strings.HasPrefix(rest, "Serve"))
}

func panicMessage(reason any) string {
	switch v := reason.(type) {
	case error:
		return v.Error()
	case string:
		return v
	case interface{ String() string }:
		return v.String()
	case int:
		return strconv.Itoa(v)
	}
	return "a value that is no text"
}
