package persistence

import "github.com/mozaiks/mozaiks/contracts/fault"

// What a guest is told. Paths are JSONPaths into its request.

func invalid(message, path string) error {
	return &fault.ValueError{Code: fault.ValueInvalidArgument, Message: message, Details: map[string]any{"path": path}}
}

func limitExceeded(message, path string) error {
	return &fault.ValueError{Code: fault.ValueLimitExceeded, Message: message, Details: map[string]any{"path": path}}
}

func cursorInvalid() error {
	return fault.Valuef(fault.ValueCursorInvalid, "the cursor is not one of this query")
}

// problem is one fault of a document.
type problem struct {
	path    string
	code    fault.Code
	message string
}

func validationFailed(problems []problem) error {
	errs := make([]any, len(problems))
	for i, p := range problems {
		errs[i] = map[string]any{"path": p.path, "code": string(p.code), "message": p.message}
	}
	return &fault.ValueError{Code: fault.ValueValidationFailed, Message: "the document does not fit its collection",
		Details: map[string]any{"errors": errs}}
}
