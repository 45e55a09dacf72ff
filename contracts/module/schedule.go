package module

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // zones are known on every machine, and the same ones

	"github.com/robfig/cron/v3"

	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

var intervalForm = regexp.MustCompile(`^(0|[1-9][0-9]{0,8})([smhd])$`)

// interval judges a number and s, m, h or d, within bounds.
func interval(least, most time.Duration, bounds string) document.Form {
	return func(s string) (fault.Code, string, string) {
		if code, message, hint := document.Text(200)(s); code != "" {
			return code, message, hint
		}
		if !intervalForm.MatchString(s) {
			return fault.ScheduleForm, document.Quote(s) + " is not an interval", "write a whole number and s, m, h or d: 15m"
		}
		if d := duration(s); d < least || d > most {
			return fault.ScheduleForm, s + " is not within " + bounds, "write " + bounds
		}
		return "", "", ""
	}
}

// duration is how long an interval is whose form is right.
func duration(s string) time.Duration {
	n, err := strconv.Atoi(s[:len(s)-1])
	if err != nil {
		return 0 // never: the form allows nine digits
	}
	unit := map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour}[s[len(s)-1]]
	return time.Duration(n) * unit
}

// cronFields are five fields, without the names and zones that the parser would take too.
var cronFields = regexp.MustCompile(`^[0-9A-Za-z*/,?-]{1,64}( [0-9A-Za-z*/,?-]{1,64}){4}$`)

func cronForm(s string) (fault.Code, string, string) {
	if code, message, hint := document.Text(200)(s); code != "" {
		return code, message, hint
	}
	const form = "write minute, hour, day of the month, month and day of the week: 0 3 * * *"
	if !cronFields.MatchString(s) {
		return fault.ScheduleForm, document.Quote(s) + " does not have five fields", form
	}
	if _, err := ParseCron(s); err != nil {
		return fault.ScheduleForm, document.Quote(s) + " is not a cron expression: " + document.Quote(err.Error()), form
	}
	return "", "", ""
}

// ParseCron reads five fields.
func ParseCron(s string) (cron.Schedule, error) { return cron.ParseStandard(s) }

func zoneForm(s string) (fault.Code, string, string) {
	if code, message, hint := document.Text(200)(s); code != "" {
		return code, message, hint
	}
	if _, err := time.LoadLocation(s); err != nil || s == "Local" || strings.HasPrefix(s, "/") {
		return fault.ScheduleForm, document.Quote(s) + " is not a time zone", "write a name of the IANA database: Europe/Berlin"
	}
	return "", "", ""
}
