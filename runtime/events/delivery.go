package events

import (
	"time"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

// Kind says what a delivery runs.
type Kind string

// The kinds of deliveries of this build.
const (
	KindReaction     Kind = "reaction"
	KindNotification Kind = "notification"
)

// State is where a delivery stands.
type State string

// The states. Completed, skipped and discarded are final.
const (
	Pending    State = "pending"
	Retryable  State = "retryable"
	Claimed    State = "claimed"
	Completed  State = "completed"
	Skipped    State = "skipped"
	DeadLetter State = "dead_letter"
	Discarded  State = "discarded"
)

// Subscription is one match of an event: who is told, and under which rules of repetition.
type Subscription struct {
	Kind        Kind
	Module      string
	ID          string // of the reaction or the notification rule
	MaxAttempts int
	Lease       time.Duration
	RetryDelay  time.Duration // base of the backoff
}

// Delivery is one event on its way to one subscription.
type Delivery struct {
	ID             string        `json:"delivery_id"`
	Kind           Kind          `json:"kind"`
	App            string        `json:"-"`
	Tenant         string        `json:"tenant,omitempty"`
	Workspace      string        `json:"workspace,omitempty"`
	Module         string        `json:"module"`
	Subscription   string        `json:"subscription"`
	EventID        string        `json:"event_id"`
	EventType      string        `json:"event_type"`
	State          State         `json:"state"`
	AttemptCount   int           `json:"attempt_count"`
	MaxAttempts    int           `json:"max_attempts"`
	Lease          time.Duration `json:"-"`
	RetryDelay     time.Duration `json:"-"`
	ClaimToken     string        `json:"-"`
	LeaseExpiresAt int64         `json:"lease_expires_at,omitempty"` // Unix milliseconds, as all times of a delivery
	NextAttemptAt  int64         `json:"next_attempt_at,omitempty"`
	LastFailedAt   int64         `json:"last_failed_at,omitempty"`
	WaitingSince   int64         `json:"-"`
	ErrorCategory  fault.Code    `json:"error_category,omitempty"`
	InvocationID   string        `json:"invocation_id,omitempty"`
	Reason         string        `json:"reason,omitempty"`
	CreatedAt      int64         `json:"created_at"`
	CompletedAt    int64         `json:"completed_at,omitempty"`
	DeadLetteredAt int64         `json:"dead_lettered_at,omitempty"`
}

// Class says what a failed delivery does next.
type Class int

// The three ways on from a failure.
const (
	Final Class = iota // a dead letter at once
	Retry              // again after the backoff, which uses up an attempt
	Wait               // again later; the attempt is given back
)

// Classify answers what a failure with this code does next.
func Classify(code fault.Code) Class {
	switch code {
	case fault.Overloaded, fault.ShuttingDown, fault.ConcurrencyLimited, fault.RateLimited, fault.StoreUnavailable,
		fault.EntitlementUnavailable, fault.ModuleUnavailable, fault.AppUnavailable:
		return Wait
	case fault.ExecutionError, fault.FuelExhausted, fault.MemoryExceeded, fault.ActionTimeout, fault.Busy,
		fault.Unavailable, fault.Conflict, fault.RecordNotFound, fault.ActionFailed, fault.Cancelled:
		return Retry
	default:
		return Final
	}
}

// Backoff is the delay after attempt n (from 1): base doubled for each attempt before, spread by +-20 % as jitter in 0..1
// says, at most limit.
func Backoff(base time.Duration, n int, limit time.Duration, jitter float64) time.Duration {
	d := base
	for i := 1; i < n && d < limit; i++ {
		d *= 2
	}
	d = time.Duration(float64(d) * (0.8 + 0.4*jitter))
	return min(d, limit)
}
