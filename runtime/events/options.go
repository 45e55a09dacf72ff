package events

import "time"

// Options are the limits of events and deliveries. The zero value means the defaults.
type Options struct {
	// MaxSize is the largest payload in bytes (MOZAIKS_EVENT_MAX_SIZE). Defaults to 64 KiB.
	MaxSize int
	// PerInvocation is how many events one invocation may emit (MOZAIKS_EVENTS_PER_INVOCATION). Defaults to 100.
	PerInvocation int
	// DepthMax is the deepest event of a causal tree (MOZAIKS_EVENT_DEPTH_MAX). Defaults to 8.
	DepthMax int
	// KeyRetention is how long an event key is remembered (MOZAIKS_EVENT_KEY_RETENTION). Defaults to 30 days.
	KeyRetention time.Duration
	// ReactionKeyRetention is how long the key of a reaction is remembered (MOZAIKS_REACTION_KEY_RETENTION).
	// Defaults to 30 days.
	ReactionKeyRetention time.Duration
	// Attempts is the most attempts of a delivery that names no number of its own (MOZAIKS_DELIVERY_ATTEMPTS).
	// Defaults to 10.
	Attempts int
	// BackoffMax bounds the delay between two attempts (MOZAIKS_DELIVERY_BACKOFF_MAX). Defaults to 1 hour.
	BackoffMax time.Duration
	// WaitMax bounds the time that a delivery waits in all for room or for its module (MOZAIKS_DELIVERY_WAIT_MAX).
	// Defaults to 24 hours.
	WaitMax time.Duration
	// Workers is how many deliveries this process runs at once (MOZAIKS_WORKERS). Defaults to 32.
	Workers int
	// WorkersPerTenant bounds those of one tenant (MOZAIKS_WORKERS_PER_TENANT). Defaults to 8.
	WorkersPerTenant int
}

// WithDefaults answers o with every unset limit at its default.
func (o *Options) WithDefaults() Options {
	var v Options
	if o != nil {
		v = *o
	}
	setInt(&v.MaxSize, 64<<10)
	setInt(&v.PerInvocation, 100)
	setInt(&v.DepthMax, 8)
	setInt(&v.Attempts, 10)
	setInt(&v.Workers, 32)
	setInt(&v.WorkersPerTenant, 8)
	setDuration(&v.KeyRetention, 30*24*time.Hour)
	setDuration(&v.ReactionKeyRetention, 30*24*time.Hour)
	setDuration(&v.BackoffMax, time.Hour)
	setDuration(&v.WaitMax, 24*time.Hour)
	return v
}

func setInt(p *int, v int) {
	if *p == 0 {
		*p = v
	}
}

func setDuration(p *time.Duration, v time.Duration) {
	if *p == 0 {
		*p = v
	}
}
