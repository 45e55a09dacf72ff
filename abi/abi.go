// Package abi holds the host ABI as data: the table of operations, and the wire codec of requests and answers.
// The engine makes its imports from the table; the SDKs, the schemas and the reference page follow it.
package abi

import "github.com/mozaiks/mozaiks/contracts/fault"

// Module is the import module of the native ABI; its name is its version.
const Module = "mozaiks_v1"

// Code is an error code of the ABI, closed and in lower case.
type Code = fault.Value

// Error is an error value: what an operation answers a guest, or what a handler answers the host.
type Error = fault.ValueError
