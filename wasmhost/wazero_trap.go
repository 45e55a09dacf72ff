package wasmhost

import (
	"errors"
	"runtime"
	"strings"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

// trap is what an error of the engine below says.
type trap struct {
	code    fault.Code
	frames  []string
	details map[string]any
}

// wazeroTraps are the texts of wazero's own errors. Two of them stand for two causes each: an integer overflow may also
// come from the conversion of a float that is out of range, an invalid table access from an empty entry.
var wazeroTraps = map[string]fault.Code{
	"unreachable":                   fault.GuestUnreachable,
	"out of bounds memory access":   fault.GuestMemoryBounds,
	"invalid table access":          fault.GuestTableBounds,
	"indirect call type mismatch":   fault.GuestCallType,
	"integer divide by zero":        fault.GuestDivZero,
	"integer overflow":              fault.GuestIntOverflow,
	"invalid conversion to integer": fault.GuestConversion,
	"stack overflow":                fault.GuestStack,
}

// wazeroTrap reads an error of wazero. Its errors are of an internal type, so the innermost one is known by its whole
// text; the text around it holds names that the guest chose, and is never searched for a meaning.
func wazeroTrap(err error) trap {
	t := trap{code: fault.Internal, frames: wazeroFrames(err.Error())}
	var goError runtime.Error
	if errors.As(err, &goError) {
		t.code = fault.HostPanic
		return t
	}
	last := err
	for inner := err; inner != nil; inner = errors.Unwrap(inner) {
		last = inner
	}
	text := last.Error()
	if code, ok := wazeroTraps[text]; ok {
		t.code = code
	} else if strings.HasPrefix(text, "data[") && strings.HasSuffix(text, "]: out of bounds memory access") {
		t.code = fault.GuestMemoryBounds // a segment that does not fit, at instantiation
	}
	return t
}

// maxFrames is how many functions of the guest an error names, frameLength how long a name may be.
const (
	maxFrames   = 32
	frameLength = 128
)

// wazeroFrames reads the names of the guest's functions out of the stack trace in an error's text.
func wazeroFrames(text string) []string {
	const mark = "wasm stack trace:\n\t"
	at := strings.LastIndex(text, mark)
	if at < 0 {
		return nil
	}
	trace, _, _ := strings.Cut(text[at+len(mark):], "\n\n")
	var frames []string
	for line := range strings.SplitSeq(trace, "\n\t") {
		if line == "" || strings.HasPrefix(line, "... maybe") {
			continue
		}
		if name, _, ok := strings.Cut(line, "("); ok && name != "" {
			line = name
		}
		if frames = append(frames, printable(line, frameLength)); len(frames) == maxFrames {
			break
		}
	}
	return frames
}
