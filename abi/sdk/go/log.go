package mozaiks

// Level is how much a line of the log matters.
type Level string

// The levels.
const (
	LevelDebug Level = "debug"
	LevelInfo  Level = "info"
	LevelWarn  Level = "warn"
	LevelError Level = "error"
)

// Fields are what a line of the log says beside its message, 16 at most.
type Fields map[string]any

// Log writes a line to the host's log, where it stands with the call's tenant, module and correlation. It is written at
// once, also if the call fails later. Lines below the host's level, and past its limits, are dropped; a handler need not know.
func (c Context) Log(level Level, message string, fields Fields) {
	type request struct {
		Level   Level  `json:"level"`
		Message string `json:"message"`
		Fields  Fields `json:"fields,omitempty"`
	}
	_, _ = call[empty](c, opLog, request{level, message, fields}) // there is nowhere else to say it
}
