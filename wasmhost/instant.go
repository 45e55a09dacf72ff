package wasmhost

import "time"

// epoch is when the process began, by the clock that only goes forward.
var epoch = time.Now()

// instant is a time since the epoch. Reading it costs half of what time.Now does, and every call reads it several times.
type instant time.Duration

func ticks() instant { return instant(time.Since(epoch)) }

func (i instant) sub(earlier instant) time.Duration { return time.Duration(i - earlier) }
func (i instant) add(d time.Duration) instant       { return i + instant(d) }
func (i instant) time() time.Time                   { return epoch.Add(time.Duration(i)) }
