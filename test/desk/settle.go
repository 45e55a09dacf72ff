package desk

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// pollEvery is how often a host is asked whether it has come to rest.
const pollEvery = 50 * time.Millisecond

// Standing is how the host says that the app stands.
type Standing struct {
	Status        string     `json:"status"`
	Deliveries    Deliveries `json:"deliveries"`
	Events        int        `json:"events"`
	Notifications int        `json:"notifications"`
}

// Stand asks how the app stands.
func Stand(ctx context.Context, c *Client) (Standing, error) {
	var s Standing
	_, err := c.call(ctx, request{method: http.MethodGet, path: appPath + "/health"}, &s)
	return s, err
}

// Settle waits until the host is ready and no delivery is left to be worked on, and answers how the app stands then. It asks
// for two looks in a row that are alike, since the last delivery of all may cause another. The context bounds the wait.
func Settle(ctx context.Context, c *Client) (Standing, error) {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	var last Standing
	for known := false; ; {
		if ready(ctx, c) {
			now, err := Stand(ctx, c)
			if err != nil {
				return now, err
			}
			if now.Deliveries.Unfinished() == 0 && known && now == last {
				return now, nil
			}
			last, known = now, true
		}
		select {
		case <-ctx.Done():
			d := last.Deliveries
			return last, fmt.Errorf("%w: of %d deliveries %d are pending, %d to be retried, %d being worked on",
				context.Cause(ctx), d.All(), d.Pending, d.Retryable, d.Claimed)
		case <-tick.C:
		}
	}
}

// ready tells whether the host takes work. One that cannot be reached may be starting again.
func ready(ctx context.Context, c *Client) bool {
	_, _, err := c.once(ctx, request{method: http.MethodGet, path: "/api/health/ready"}, nil)
	return err == nil
}
