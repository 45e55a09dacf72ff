package mozaiks

// Emitted says what became of an event.
type Emitted struct {
	ID string `json:"event_id"`
	// Duplicate: an event with this key was emitted before; ID is the first one's.
	Duplicate bool `json:"duplicate"`
}

type emitRequest struct {
	Type    string `json:"type"`
	Payload any    `json:"payload,omitempty"`
	Key     string `json:"event_key,omitempty"`
}

// Emit publishes an event that the module declares and the action lists, when the call commits. payload is an object, or
// nil for none. An event that is not declared, or a payload that does not fit its schema, dooms the call.
func (c Context) Emit(eventType string, payload any) (Emitted, error) {
	return call[Emitted](c, opEventEmit, emitRequest{Type: eventType, Payload: payload})
}

// EmitOnce is Emit, but an event of the same type and key is published once, however often it is emitted.
func (c Context) EmitOnce(key, eventType string, payload any) (Emitted, error) {
	if key == "" {
		return Emitted{}, &Error{Code: CodeInvalidArgument, Message: "the event key is empty", Details: map[string]any{"path": "$.event_key"}}
	}
	return call[Emitted](c, opEventEmit, emitRequest{Type: eventType, Payload: payload, Key: key})
}
