package mozaiks_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	mozaiks "github.com/mozaiks/mozaiks/abi/sdk/go"
)

// layout is the host's form of a time.
const layout = "2006-01-02T15:04:05.000Z"

func TestTimesAgreeWithPackageTime(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	first, last := time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli(), time.Date(9999, 12, 31, 23, 59, 59, 999e6, time.UTC).UnixMilli()
	moments := []int64{first, last, 0, -1, 1, 951782400000, 951868799999, -11644473600000}
	for range 20_000 {
		moments = append(moments, first+r.Int64N(last-first))
	}
	for day := range int64(366 * 5) { // each day around a leap year that is one only by the rule of 400
		moments = append(moments, time.Date(1998, 1, 1, 12, 0, 0, 0, time.UTC).UnixMilli()+day*mozaiks.Day)
	}
	for _, ms := range moments {
		want := time.UnixMilli(ms).UTC().Format(layout)
		if got := mozaiks.Time(ms).String(); got != want {
			t.Fatalf("%d: got %s, want %s", ms, got, want)
		}
		if back, err := mozaiks.ParseTime(want); err != nil || int64(back) != ms {
			t.Fatalf("%s: got %d, %v, want %d", want, back, err, ms)
		}
	}
}

func TestTimesOutsideOfFourDigitsAreCut(t *testing.T) {
	t.Parallel()
	if got := mozaiks.Time(math.MinInt64).String(); got != "0000-01-01T00:00:00.000Z" {
		t.Error(got)
	}
	if got := mozaiks.Time(math.MaxInt64).String(); got != "9999-12-31T23:59:59.999Z" {
		t.Error(got)
	}
}

func TestParseTimeTakesEveryFormOfRFC3339(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"2026-03-02T08:15:00Z":             "2026-03-02T08:15:00.000Z",
		"2026-03-02t08:15:00z":             "2026-03-02T08:15:00.000Z",
		"2026-03-02T09:15:00+01:00":        "2026-03-02T08:15:00.000Z",
		"2026-03-01T23:15:00-09:00":        "2026-03-02T08:15:00.000Z",
		"2026-03-02T00:15:00.5+23:59":      "2026-03-01T00:16:00.500Z",
		"2026-03-02T08:15:00.1239999Z":     "2026-03-02T08:15:00.123Z",
		"2026-03-02T08:15:00.000000001Z":   "2026-03-02T08:15:00.000Z",
		"2024-02-29T00:00:00Z":             "2024-02-29T00:00:00.000Z",
		"2000-02-29T00:00:00Z":             "2000-02-29T00:00:00.000Z",
		"1969-12-31T23:59:59.999Z":         "1969-12-31T23:59:59.999Z",
		"2026-12-31T23:59:59.999999-00:01": "2027-01-01T00:00:59.999Z",
	} {
		if got, err := mozaiks.ParseTime(text); err != nil || got.String() != want {
			t.Errorf("%s: got %v, %v, want %s", text, got, err, want)
		}
	}
}

func TestParseTimeRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "noon", "2026-03-02", "2026-03-02 08:15:00Z", "2026-03-02T08:15Z", "2026-03-02T08:15:00",
		"2026-03-02T08:15:00.Z", "2026-03-02T08:15:00,5Z", "2026-13-02T08:15:00Z", "2026-00-02T08:15:00Z", "2026-02-29T08:15:00Z",
		"1900-02-29T08:15:00Z", "2026-04-31T08:15:00Z", "2026-03-00T08:15:00Z", "2026-03-02T24:00:00Z", "2026-03-02T08:60:00Z",
		"2026-03-02T08:15:60Z", "2026-03-02T08:15:00+24:00", "2026-03-02T08:15:00+01:60", "2026-03-02T08:15:00+0100",
		"2026-03-02T08:15:00ZZ", "26-03-02T08:15:00Z", "+026-03-02T08:15:00Z", "2026-3-02T08:15:00Z", "2026-03-02T08:15:00Z "} {
		if got, err := mozaiks.ParseTime(text); mozaiks.CodeOf(err) != mozaiks.CodeInvalidArgument {
			t.Errorf("%q: got %v, %v", text, got, err)
		}
	}
}

func TestTimesAreReadAndWrittenAsText(t *testing.T) {
	t.Parallel()
	var at mozaiks.Time
	if err := at.UnmarshalJSON([]byte(`"2026-03-02T09:15:00+01:00"`)); err != nil {
		t.Fatal(err)
	}
	if text, err := at.MarshalJSON(); err != nil || string(text) != `"2026-03-02T08:15:00.000Z"` {
		t.Errorf("got %s, %v", text, err)
	}
	if err := at.UnmarshalJSON([]byte(`null`)); err != nil || at != 0 {
		t.Errorf("null gave %v, %v", at, err)
	}
	for _, bad := range []string{`3`, `"noon"`} {
		if err := at.UnmarshalJSON([]byte(bad)); err == nil {
			t.Errorf("%s was taken", bad)
		}
	}
}
