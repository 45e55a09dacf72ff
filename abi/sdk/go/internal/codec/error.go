package codec

// Error says what could not be read or written, and where.
type Error struct {
	Path    string // from "$", such as "$.items[3].at"
	Message string
}

// Error implements error.
func (e *Error) Error() string { return e.Path + ": " + e.Message }

// at puts one step in front of the path of an error that came from below.
func at(step string, err *Error) *Error {
	err.Path = "$" + step + err.Path[1:]
	return err
}

func fail(message string) *Error { return &Error{Path: "$", Message: message} }
