// Code generated from contracts/faults.json by contracts/fault/gen; DO NOT EDIT.

package abi

import "github.com/mozaiks/mozaiks/contracts/fault"

// The closed list of error codes that an operation or a handler may answer.
const (
	CodeInvalidArgument        = fault.ValueInvalidArgument
	CodeUnsupportedOperator    = fault.ValueUnsupportedOperator
	CodeValidationFailed       = fault.ValueValidationFailed
	CodeNotFound               = fault.ValueNotFound
	CodeConflict               = fault.ValueConflict
	CodeUniqueConflict         = fault.ValueUniqueConflict
	CodeRevisionConflict       = fault.ValueRevisionConflict
	CodeCursorInvalid          = fault.ValueCursorInvalid
	CodeReferenceMissing       = fault.ValueReferenceMissing
	CodeReferenceConflict      = fault.ValueReferenceConflict
	CodeUndeclaredCollection   = fault.ValueUndeclaredCollection
	CodeUndeclaredEvent        = fault.ValueUndeclaredEvent
	CodeUndeclaredNotification = fault.ValueUndeclaredNotification
	CodeUndeclaredCapability   = fault.ValueUndeclaredCapability
	CodeUndeclaredWorkflow     = fault.ValueUndeclaredWorkflow
	CodeUndeclaredHost         = fault.ValueUndeclaredHost
	CodeUndeclaredModel        = fault.ValueUndeclaredModel
	CodeUndeclaredSecret       = fault.ValueUndeclaredSecret
	CodePermissionDenied       = fault.ValuePermissionDenied
	CodeScopeDenied            = fault.ValueScopeDenied
	CodeReadOnly               = fault.ValueReadOnly
	CodeEntitlementRequired    = fault.ValueEntitlementRequired
	CodeEffectRefused          = fault.ValueEffectRefused
	CodeLimitExceeded          = fault.ValueLimitExceeded
	CodeScanBudgetExceeded     = fault.ValueScanBudgetExceeded
	CodeDocumentTooLarge       = fault.ValueDocumentTooLarge
	CodeQuotaExceeded          = fault.ValueQuotaExceeded
	CodeTokensExhausted        = fault.ValueTokensExhausted
	CodeCallCycle              = fault.ValueCallCycle
	CodeCalleeFailed           = fault.ValueCalleeFailed
	CodeEgressDenied           = fault.ValueEgressDenied
	CodeBusy                   = fault.ValueBusy
	CodeTimeout                = fault.ValueTimeout
	CodeUnavailable            = fault.ValueUnavailable
	CodeFailed                 = fault.ValueFailed
	CodeInternal               = fault.ValueInternal
)
