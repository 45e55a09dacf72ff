// Code generated from contracts/faults.json by contracts/fault/gen; DO NOT EDIT.

package fault

// The closed list of error values of the host ABI.
const (
	ValueInvalidArgument        Value = "invalid_argument"
	ValueUnsupportedOperator    Value = "unsupported_operator"
	ValueValidationFailed       Value = "validation_failed"
	ValueNotFound               Value = "not_found"
	ValueConflict               Value = "conflict"
	ValueUniqueConflict         Value = "unique_conflict"
	ValueRevisionConflict       Value = "revision_conflict"
	ValueCursorInvalid          Value = "cursor_invalid"
	ValueReferenceMissing       Value = "reference_missing"
	ValueReferenceConflict      Value = "reference_conflict"
	ValueUndeclaredCollection   Value = "undeclared_collection"
	ValueUndeclaredEvent        Value = "undeclared_event"
	ValueUndeclaredNotification Value = "undeclared_notification"
	ValueUndeclaredCapability   Value = "undeclared_capability"
	ValueUndeclaredWorkflow     Value = "undeclared_workflow"
	ValueUndeclaredHost         Value = "undeclared_host"
	ValueUndeclaredModel        Value = "undeclared_model"
	ValueUndeclaredSecret       Value = "undeclared_secret"
	ValuePermissionDenied       Value = "permission_denied"
	ValueScopeDenied            Value = "scope_denied"
	ValueReadOnly               Value = "read_only"
	ValueEntitlementRequired    Value = "entitlement_required"
	ValueEffectRefused          Value = "effect_refused"
	ValueLimitExceeded          Value = "limit_exceeded"
	ValueScanBudgetExceeded     Value = "scan_budget_exceeded"
	ValueDocumentTooLarge       Value = "document_too_large"
	ValueQuotaExceeded          Value = "quota_exceeded"
	ValueTokensExhausted        Value = "tokens_exhausted"
	ValueCallCycle              Value = "call_cycle"
	ValueCalleeFailed           Value = "callee_failed"
	ValueEgressDenied           Value = "egress_denied"
	ValueBusy                   Value = "busy"
	ValueTimeout                Value = "timeout"
	ValueUnavailable            Value = "unavailable"
	ValueFailed                 Value = "failed"
	ValueInternal               Value = "internal"
)

var knownValues = map[Value]bool{
	ValueInvalidArgument:        true,
	ValueUnsupportedOperator:    true,
	ValueValidationFailed:       true,
	ValueNotFound:               true,
	ValueConflict:               true,
	ValueUniqueConflict:         true,
	ValueRevisionConflict:       true,
	ValueCursorInvalid:          true,
	ValueReferenceMissing:       true,
	ValueReferenceConflict:      true,
	ValueUndeclaredCollection:   true,
	ValueUndeclaredEvent:        true,
	ValueUndeclaredNotification: true,
	ValueUndeclaredCapability:   true,
	ValueUndeclaredWorkflow:     true,
	ValueUndeclaredHost:         true,
	ValueUndeclaredModel:        true,
	ValueUndeclaredSecret:       true,
	ValuePermissionDenied:       true,
	ValueScopeDenied:            true,
	ValueReadOnly:               true,
	ValueEntitlementRequired:    true,
	ValueEffectRefused:          true,
	ValueLimitExceeded:          true,
	ValueScanBudgetExceeded:     true,
	ValueDocumentTooLarge:       true,
	ValueQuotaExceeded:          true,
	ValueTokensExhausted:        true,
	ValueCallCycle:              true,
	ValueCalleeFailed:           true,
	ValueEgressDenied:           true,
	ValueBusy:                   true,
	ValueTimeout:                true,
	ValueUnavailable:            true,
	ValueFailed:                 true,
	ValueInternal:               true,
}
