package mozaiks

import "github.com/mozaiks/mozaiks/abi/sdk/go/internal/codec"

// Time is a moment in milliseconds since 1970 in UTC, as the host keeps it. It is read and written as text of RFC 3339. It
// stands in for time.Time because package time makes a guest a third of a megabyte larger; a module that needs more of
// it may convert: time.UnixMilli(int64(t)).
type Time int64

// Durations to add to a [Time].
const (
	Second = 1000
	Minute = 60 * Second
	Hour   = 60 * Minute
	Day    = 24 * Hour
)

// The first and the last moment that have a text of four digits for the year.
const (
	minTime Time = -62167219200000
	maxTime Time = 253402300799999
)

// String writes the time as the store does, RFC 3339 in UTC with milliseconds: "2026-03-02T08:15:00.000Z". A time outside
// of the years 0 to 9999 is written as the nearest one inside.
func (t Time) String() string {
	ms := int64(min(max(t, minTime), maxTime))
	days := ms / Day
	if ms %= Day; ms < 0 {
		ms += Day
		days--
	}
	year, month, day := civil(days)
	b := make([]byte, 0, len("2026-03-02T08:15:00.000Z"))
	b = append(digits(b, year, 4), '-')
	b = append(digits(b, month, 2), '-')
	b = append(digits(b, day, 2), 'T')
	b = append(digits(b, ms/Hour, 2), ':')
	b = append(digits(b, ms/Minute%60, 2), ':')
	b = append(digits(b, ms/Second%60, 2), '.')
	return string(append(digits(b, ms%Second, 3), 'Z'))
}

// MarshalJSON writes the text of String.
func (t Time) MarshalJSON() ([]byte, error) { return []byte(`"` + t.String() + `"`), nil }

// UnmarshalJSON reads what ParseTime does; null is the zero Time.
func (t *Time) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		*t = 0
		return nil
	}
	var text string
	if err := codec.Decode(data, &text); err != nil {
		return err
	}
	parsed, err := ParseTime(text)
	if err == nil {
		*t = parsed
	}
	return err
}

// ParseTime reads text of RFC 3339 with any offset, cut to milliseconds. The error is an [Error], invalid_argument.
func ParseTime(text string) (Time, error) {
	p := timeParser{rest: text, ok: true}
	year := p.number(4, 0, 9999)
	p.byte("-")
	month := p.number(2, 1, 12)
	p.byte("-")
	day := p.number(2, 1, 31)
	p.byte("Tt")
	ms := p.number(2, 0, 23) * Hour
	p.byte(":")
	ms += p.number(2, 0, 59) * Minute
	p.byte(":")
	ms += p.number(2, 0, 59)*Second + p.fraction()
	ms -= p.offset()
	if !p.ok || p.rest != "" || day > monthDays(year, month) {
		return 0, &Error{Code: CodeInvalidArgument, Message: "no time of RFC 3339"}
	}
	return Time(epochDays(year, month, day)*Day + ms), nil
}

// timeParser takes a text apart from its beginning; ok turns false with the first thing that does not fit.
type timeParser struct {
	rest string
	ok   bool
}

func (p *timeParser) byte(oneOf string) byte {
	if p.rest != "" {
		for i := range len(oneOf) {
			if c := p.rest[0]; c == oneOf[i] {
				p.rest = p.rest[1:]
				return c
			}
		}
	}
	p.ok = false
	return 0
}

func (p *timeParser) number(width int, low, high int64) int64 {
	var n int64
	for range width {
		n = n*10 + int64(p.byte("0123456789")) - '0'
		if !p.ok {
			return 0
		}
	}
	if n < low || n > high {
		p.ok = false
	}
	return n
}

// fraction reads the digits behind the seconds, if there are any, in milliseconds.
func (p *timeParser) fraction() (ms int64) {
	if p.rest == "" || p.rest[0] != '.' {
		return 0
	}
	p.rest = p.rest[1:]
	count := 0
	for ; count < len(p.rest) && p.rest[count] >= '0' && p.rest[count] <= '9'; count++ {
		if count < 3 {
			ms = ms*10 + int64(p.rest[count]-'0')
		}
	}
	p.rest = p.rest[count:]
	p.ok = p.ok && count > 0
	for ; count < 3; count++ {
		ms *= 10
	}
	return ms
}

// offset reads how far local time is before UTC, in milliseconds.
func (p *timeParser) offset() int64 {
	sign := p.byte("Zz+-")
	if sign == 'Z' || sign == 'z' {
		return 0
	}
	ms := p.number(2, 0, 23) * Hour
	p.byte(":")
	ms += p.number(2, 0, 59) * Minute
	if sign == '-' {
		return -ms
	}
	return ms
}

func digits(b []byte, n int64, width int) []byte {
	at := len(b) + width
	for range width {
		b = append(b, '0')
	}
	for i := at - 1; n > 0 && i >= at-width; i-- {
		b[i] += byte(n % 10)
		n /= 10
	}
	return b
}

func monthDays(year, month int64) int64 {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// The proleptic Gregorian calendar has eras of 400 years with 146,097 days each. Counted from the first of March, the leap
// day is the last of its year. The method is that of Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
const (
	eraDays  = 146097
	epochEra = 719468 // days from 0000-03-01 to 1970-01-01
)

// epochDays counts the days from 1970-01-01 to a date of the years 0 to 9999.
func epochDays(year, month, day int64) int64 {
	if month <= 2 {
		year--
		month += 12
	}
	era := year / 400
	if year < 0 {
		era = -1
	}
	yearOfEra := year - era*400
	dayOfYear := (153*(month-3)+2)/5 + day - 1
	return era*eraDays + yearOfEra*365 + yearOfEra/4 - yearOfEra/100 + dayOfYear - epochEra
}

// civil is the inverse of epochDays.
func civil(days int64) (year, month, day int64) {
	days += epochEra
	era := days / eraDays
	if days < 0 {
		era = -1
	}
	dayOfEra := days - era*eraDays
	yearOfEra := (dayOfEra - dayOfEra/1460 + dayOfEra/36524 - dayOfEra/146096) / 365
	dayOfYear := dayOfEra - (365*yearOfEra + yearOfEra/4 - yearOfEra/100)
	shifted := (5*dayOfYear + 2) / 153 // 0 is March
	day = dayOfYear - (153*shifted+2)/5 + 1
	year = era*400 + yearOfEra
	if month = shifted + 3; month > 12 {
		month -= 12
		year++
	}
	return year, month, day
}
