package desk

import (
	"testing"
	"time"
)

func at(t *testing.T, text string) time.Time {
	t.Helper()
	v, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// The due times were worked out by hand with a calendar of 2026: 2 March is a Monday.
func TestDueTimesCountBusinessHoursAlone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, from string
		hours      int
		want       string
	}{
		{"within a day", "2026-03-02T10:00:00Z", 4, "2026-03-02T14:00:00Z"},
		{"milliseconds are kept", "2026-03-02T10:00:00.001Z", 1, "2026-03-02T11:00:00.001Z"},
		{"before the start counts from the start", "2026-03-02T03:12:00Z", 1, "2026-03-02T10:00:00Z"},
		{"at the start", "2026-03-02T09:00:00Z", 1, "2026-03-02T10:00:00Z"},
		{"used up at the end of the day is that end", "2026-03-02T09:00:00Z", 8, "2026-03-02T17:00:00Z"},
		{"used up at the end from noon", "2026-03-02T13:00:00Z", 4, "2026-03-02T17:00:00Z"},
		{"a millisecond later runs over to the next morning", "2026-03-02T13:00:00.001Z", 4, "2026-03-03T09:00:00.001Z"},
		{"at the end counts from the next morning", "2026-03-02T17:00:00Z", 1, "2026-03-03T10:00:00Z"},
		{"a millisecond before the end", "2026-03-02T16:59:59.999Z", 1, "2026-03-03T09:59:59.999Z"},
		{"at night", "2026-03-02T22:30:00Z", 4, "2026-03-03T13:00:00Z"},
		{"over a weekend", "2026-03-06T16:00:00Z", 4, "2026-03-09T12:00:00Z"},
		{"ends on a Friday evening", "2026-03-06T09:00:00Z", 8, "2026-03-06T17:00:00Z"},
		{"on a Friday at the end", "2026-03-06T17:00:00Z", 1, "2026-03-09T10:00:00Z"},
		{"on a Saturday", "2026-03-07T12:00:00Z", 8, "2026-03-09T17:00:00Z"},
		{"on a Sunday night", "2026-03-08T23:59:59.999Z", 16, "2026-03-10T17:00:00Z"},
		{"a week of five days", "2026-03-02T09:00:00Z", 40, "2026-03-06T17:00:00Z"},
		{"two weeks", "2026-03-02T09:00:00Z", 80, "2026-03-13T17:00:00Z"},
		{"40 hours from a Wednesday", "2026-03-04T11:30:00Z", 40, "2026-03-11T11:30:00Z"},
		{"80 hours from a Friday afternoon", "2026-03-06T15:00:00Z", 80, "2026-03-20T15:00:00Z"},
		{"over the end of February in no leap year", "2026-02-27T16:00:00Z", 8, "2026-03-02T16:00:00Z"},
		{"over the 29th of a leap year", "2028-02-28T16:00:00Z", 8, "2028-02-29T16:00:00Z"},
		{"over the end of a year", "2026-12-31T16:00:00Z", 2, "2027-01-01T10:00:00Z"},
		{"another offset is the same moment", "2026-03-02T11:00:00+01:00", 4, "2026-03-02T14:00:00Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := dueAfter(at(t, c.from), time.Duration(c.hours)*time.Hour)
			if !got.Equal(at(t, c.want)) {
				t.Errorf("%d h from %s: want %s, got %s", c.hours, c.from, c.want, stamp(got))
			}
		})
	}
}

func TestEachPriorityHasItsHours(t *testing.T) {
	t.Parallel()
	for priority, want := range map[string][2]string{
		"urgent": {"2026-03-02T10:00:00.000Z", "2026-03-02T17:00:00.000Z"},
		"high":   {"2026-03-02T13:00:00.000Z", "2026-03-04T17:00:00.000Z"},
		"normal": {"2026-03-02T17:00:00.000Z", "2026-03-06T17:00:00.000Z"},
		"low":    {"2026-03-03T17:00:00.000Z", "2026-03-13T17:00:00.000Z"},
	} {
		ticket := &Ticket{Priority: priority, OpenedAt: at(t, "2026-03-02T09:00:00Z")}
		if got := stamp(ticket.responseDue()); got != want[0] {
			t.Errorf("%s: response due %s, want %s", priority, got, want[0])
		}
		if got := stamp(ticket.resolveDue()); got != want[1] {
			t.Errorf("%s: closing due %s, want %s", priority, got, want[1])
		}
	}
	if hoursOf("soon") != nil {
		t.Error("a priority that does not exist has hours")
	}
}
