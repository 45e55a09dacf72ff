package mozaiks

import "errors"

// Code is one of the closed list of error codes that an operation answers, and that a handler may answer.
type Code string

// The codes.
const (
	CodeInvalidArgument        Code = "invalid_argument"
	CodeUnsupportedOperator    Code = "unsupported_operator"
	CodeValidationFailed       Code = "validation_failed"
	CodeNotFound               Code = "not_found"
	CodeConflict               Code = "conflict"
	CodeUniqueConflict         Code = "unique_conflict"
	CodeRevisionConflict       Code = "revision_conflict"
	CodeCursorInvalid          Code = "cursor_invalid"
	CodeReferenceMissing       Code = "reference_missing"
	CodeReferenceConflict      Code = "reference_conflict"
	CodeUndeclaredCollection   Code = "undeclared_collection"
	CodeUndeclaredEvent        Code = "undeclared_event"
	CodeUndeclaredNotification Code = "undeclared_notification"
	CodeUndeclaredCapability   Code = "undeclared_capability"
	CodeUndeclaredWorkflow     Code = "undeclared_workflow"
	CodeUndeclaredHost         Code = "undeclared_host"
	CodeUndeclaredModel        Code = "undeclared_model"
	CodeUndeclaredSecret       Code = "undeclared_secret"
	CodePermissionDenied       Code = "permission_denied"
	CodeScopeDenied            Code = "scope_denied"
	CodeReadOnly               Code = "read_only"
	CodeEntitlementRequired    Code = "entitlement_required"
	CodeEffectRefused          Code = "effect_refused"
	CodeLimitExceeded          Code = "limit_exceeded"
	CodeScanBudgetExceeded     Code = "scan_budget_exceeded"
	CodeDocumentTooLarge       Code = "document_too_large"
	CodeQuotaExceeded          Code = "quota_exceeded"
	CodeTokensExhausted        Code = "tokens_exhausted"
	CodeCallCycle              Code = "call_cycle"
	CodeCalleeFailed           Code = "callee_failed"
	CodeEgressDenied           Code = "egress_denied"
	CodeBusy                   Code = "busy"
	CodeTimeout                Code = "timeout"
	CodeUnavailable            Code = "unavailable"
	CodeFailed                 Code = "failed"
	CodeInternal               Code = "internal"
)

// Codes answers the closed list.
func Codes() []Code {
	return []Code{CodeInvalidArgument, CodeUnsupportedOperator, CodeValidationFailed, CodeNotFound, CodeConflict,
		CodeUniqueConflict, CodeRevisionConflict, CodeCursorInvalid, CodeReferenceMissing, CodeReferenceConflict,
		CodeUndeclaredCollection, CodeUndeclaredEvent, CodeUndeclaredNotification, CodeUndeclaredCapability,
		CodeUndeclaredWorkflow, CodeUndeclaredHost, CodeUndeclaredModel, CodeUndeclaredSecret, CodePermissionDenied,
		CodeScopeDenied, CodeReadOnly, CodeEntitlementRequired, CodeEffectRefused, CodeLimitExceeded,
		CodeScanBudgetExceeded, CodeDocumentTooLarge, CodeQuotaExceeded, CodeTokensExhausted, CodeCallCycle,
		CodeCalleeFailed, CodeEgressDenied, CodeBusy, CodeTimeout, CodeUnavailable, CodeFailed, CodeInternal}
}

// Error is what an operation answers when it refuses, and what a handler answers to refuse its call. A refused call has no
// effects: its writes and events are undone.
type Error struct {
	Code    Code           `json:"code"`
	Message string         `json:"message"`
	Details map[string]any `json:"details,omitempty"`
}

// Error implements error.
func (e *Error) Error() string { return string(e.Code) + ": " + e.Message }

// Retryable tells whether the same request may succeed a little later. The host repeats a call by itself where it may; a
// handler returns such an error as it is.
func (e *Error) Retryable() bool {
	return e.Code == CodeBusy || e.Code == CodeTimeout || e.Code == CodeUnavailable
}

// Fail makes the error with which a handler refuses its call. A domain's own word goes into details as "reason"; details may
// be nil. A code outside of the closed list makes the call fail as a fault of the module.
func Fail(code Code, message string, details map[string]any) error {
	return &Error{Code: code, Message: message, Details: details}
}

// CodeOf answers the code of an error, "failed" for one that is no [Error], and "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	return asError(err).Code
}

// asError answers an error as the host takes it.
func asError(err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return &Error{Code: CodeFailed, Message: err.Error()}
}
