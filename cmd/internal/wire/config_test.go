package wire

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

// codes answers what is wrong with a configuration, as CODE variable.
func codes(t *testing.T, environ ...string) []string {
	t.Helper()
	_, err := LoadConfig(environ)
	if err == nil {
		return nil
	}
	var c *ConfigError
	if !errors.As(err, &c) {
		t.Fatal(err)
	}
	var out []string
	for _, f := range c.Findings {
		if f.Hint == "" {
			t.Errorf("%s %s has no hint", f.Code, f.Path)
		}
		out = append(out, string(f.Code)+" "+f.Path)
	}
	return out
}

func TestAHostWithoutSettingsIsClosed(t *testing.T) {
	t.Parallel()
	c, err := LoadConfig([]string{"HOME=/x", "MOZAIKS_LISTEN=", "MOZAIKS_LOG_LEVEL=  "})
	if err != nil {
		t.Fatal(err)
	}
	if c.AuthMode() != "closed" || c.Listen != "127.0.0.1:8080" || c.LogLevel != "info" {
		t.Errorf("got %s %s %s", c.AuthMode(), c.Listen, c.LogLevel)
	}
}

func TestDevelopmentOnLoopbackIsLocal(t *testing.T) {
	t.Parallel()
	for listen, want := range map[string]string{"127.0.0.1:1": "local", "[::1]:1": "local", "localhost:1": "local"} {
		c, err := LoadConfig([]string{"MOZAIKS_ENV=development", "MOZAIKS_LISTEN=" + listen})
		if err != nil || c.AuthMode() != want {
			t.Errorf("%s: %v", listen, err)
		}
	}
}

func TestEverythingThatIsWrongIsSaidAtOnce(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		environ []string
		want    []string
	}{
		{"unknown and broken", []string{"MOZAIKS_LISTN=x", "MOZAIKS_MAX_BODY=1MB", "MOZAIKS_TX_HOLD=soon", "MOZAIKS_WORKERS=many"},
			[]string{"CONFIG_VALUE MOZAIKS_MAX_BODY", "CONFIG_VALUE MOZAIKS_TX_HOLD", "CONFIG_VALUE MOZAIKS_WORKERS", "CONFIG_UNKNOWN MOZAIKS_LISTN"}},
		{"what orchestrators inject", []string{"MOZAIKS_PORT=tcp://10.0.0.1:80", "MOZAIKS_SERVICE_HOST=10.0.0.1", "MOZAIKS_PORT_80_TCP_ADDR=10.0.0.1"}, nil},
		{"words", []string{"MOZAIKS_ENV=prod", "MOZAIKS_LOG_LEVEL=loud"}, []string{"CONFIG_VALUE MOZAIKS_ENV", "CONFIG_VALUE MOZAIKS_LOG_LEVEL"}},
		{"zero", []string{"MOZAIKS_WORKERS=0", "MOZAIKS_TX_WAIT=-1s"}, []string{"CONFIG_VALUE MOZAIKS_TX_WAIT", "CONFIG_VALUE MOZAIKS_WORKERS"}},
		{"local in production", []string{"MOZAIKS_AUTH=local"}, []string{"CONFIG_CONTRADICTION MOZAIKS_AUTH"}},
		{"local on every interface", []string{"MOZAIKS_AUTH=local", "MOZAIKS_ENV=development", "MOZAIKS_LISTEN=:8080"}, []string{"CONFIG_CONTRADICTION MOZAIKS_AUTH"}},
		{"every interface and no posture", []string{"MOZAIKS_LISTEN=:8080"}, []string{"CONFIG_MISSING MOZAIKS_AUTH"}},
		{"closed on every interface", []string{"MOZAIKS_LISTEN=:8080", "MOZAIKS_AUTH=closed"}, nil},
		{"a default above its ceiling", []string{"MOZAIKS_WASM_MEMORY=512MiB"}, []string{"CONFIG_CONTRADICTION MOZAIKS_WASM_MEMORY"}},
		{"a narrow limit above a wide one", []string{"MOZAIKS_WORKERS=4"}, []string{"CONFIG_CONTRADICTION MOZAIKS_WORKERS_PER_TENANT"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := codes(t, c.environ...)
			slices.Sort(got)
			slices.Sort(c.want)
			if !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestAnUnknownNameGetsTheNearestAsHintAndNoValueIsEchoed(t *testing.T) {
	t.Parallel()
	_, err := LoadConfig([]string{"MOZAIKS_LISTN=verysecret", "MOZAIKS_TX_HOLD=verysecret"})
	if err == nil || !strings.Contains(err.Error(), "did you mean MOZAIKS_LISTEN?") || strings.Contains(err.Error(), "verysecret") {
		t.Errorf("got %v", err)
	}
}

// TestEveryVariableReachesItsSetting sets each variable to something else than its default and looks.
func TestEveryVariableReachesItsSetting(t *testing.T) {
	t.Parallel()
	samples := map[reflect.Type]string{reflect.TypeFor[time.Duration](): "7d", reflect.TypeFor[Size](): "3KiB", reflect.TypeFor[int](): "7",
		reflect.TypeFor[int64](): "7",
		reflect.TypeFor[Rate]():  "90/min"}
	defaults, err := LoadConfig(nil)
	if err != nil {
		t.Fatal(err)
	}
	typ := reflect.TypeFor[Config]()
	for i := range typ.NumField() {
		f := typ.Field(i)
		name := f.Tag.Get("env")
		if !strings.HasPrefix(name, "MOZAIKS_") {
			t.Errorf("%s has no variable", f.Name)
		}
		sample, ok := samples[f.Type]
		if !ok {
			continue
		}
		var c Config
		parsed, err := loadOne(name, sample)
		if err != nil {
			t.Errorf("%s=%s: %v", name, sample, err)
			continue
		}
		c = *parsed
		if got := reflect.ValueOf(c).Field(i); got.Equal(reflect.ValueOf(*defaults).Field(i)) {
			t.Errorf("%s=%s changes nothing", name, sample)
		}
	}
}

// loadOne loads with one variable, and with what it would otherwise contradict out of the way.
func loadOne(name, value string) (*Config, error) {
	c, err := LoadConfig([]string{name + "=" + value})
	var wrong *ConfigError
	if errors.As(err, &wrong) && wrong.Findings[0].Code == fault.ConfigContradiction {
		return LoadConfig([]string{name + "=" + value, "MOZAIKS_WORKERS_PER_TENANT=1", "MOZAIKS_WASM_MEMORY=1KiB"})
	}
	return c, err
}

func TestRatesHaveOneForm(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Rate{"2000/s": 2000, "90/min": 1.5} {
		if got, err := parseRate(text); got != want || err != nil {
			t.Errorf("%s is %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "5", "/s", "0/s", "-1/s", "1.5/s", "5/h", "99999999999/s"} {
		if got, err := parseRate(text); err == nil {
			t.Errorf("%q is %v", text, got)
		}
	}
}

func TestSizesAndTimesHaveOneForm(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Size{"0": 0, "7": 7, "64KiB": 64 << 10, "1MiB": 1 << 20, "4GiB": 4 << 30} {
		if got, err := parseSize(text); err != nil || got != want {
			t.Errorf("%s: %d %v", text, got, err)
		}
	}
	for _, text := range []string{"", "1MB", "1.5MiB", "MiB", "-", "99999999999GiB"} {
		if got, err := parseSize(text); err == nil {
			t.Errorf("%q is %d", text, got)
		}
	}
	if got, err := parseDuration("7d"); err != nil || got != 7*24*time.Hour {
		t.Errorf("7d: %s %v", got, err)
	}
}

func TestAKeyringIsMadeOnceAndKept(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first, err := OpenKeyring("", dir)
	if err != nil {
		t.Fatal(err)
	}
	again, err := OpenKeyring("", dir)
	if err != nil || first.first != again.first {
		t.Errorf("the second opening gives another key: %v", err)
	}
	a, errA := first.Derive("cursor")
	b, errB := first.Derive("other")
	if errA != nil || errB != nil || a == b {
		t.Error("two uses share a key")
	}
	if _, err := OpenKeyring(dir+"/missing", dir); err == nil {
		t.Error("a keyring that was named and is not there is made up")
	}
}
