package desk

import "time"

// The service levels of the app as its defaults set them: business time is Monday to Friday from nine to five, in UTC.
const (
	dayStart = 9
	dayEnd   = 17
)

// hours are the business hours that a ticket may wait for a first response and for its closing.
type hours struct{ response, resolve int }

// hoursOf answers the hours of a priority; nil for an unknown one.
func hoursOf(priority string) *hours {
	switch priority {
	case "urgent":
		return &hours{1, 8}
	case "high":
		return &hours{4, 24}
	case "normal":
		return &hours{8, 40}
	case "low":
		return &hours{16, 80}
	}
	return nil
}

// dueAfter answers the moment at which so much business time has passed since a moment. If the time is used up exactly at
// the end of a day, that end is the moment, not the next morning. It walks from day to day, which is slow and plain: it is
// there to catch a faster one that is wrong.
func dueAfter(from time.Time, left time.Duration) time.Time {
	from = from.UTC()
	for day := midnight(from); ; day = day.AddDate(0, 0, 1) {
		if day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
			continue
		}
		start, end := day.Add(dayStart*time.Hour), day.Add(dayEnd*time.Hour)
		if from.After(start) {
			start = from
		}
		if !start.Before(end) {
			continue
		}
		if open := end.Sub(start); left > open {
			left -= open
			continue
		}
		return start.Add(left)
	}
}

func midnight(t time.Time) time.Time {
	year, month, day := t.Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

func (t *Ticket) responseDue() time.Time {
	return dueAfter(t.OpenedAt, time.Duration(hoursOf(t.Priority).response)*time.Hour)
}

func (t *Ticket) resolveDue() time.Time {
	return dueAfter(t.OpenedAt, time.Duration(hoursOf(t.Priority).resolve)*time.Hour)
}
