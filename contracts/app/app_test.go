package app_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/mozaiks/mozaiks/contracts/app"
	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/document"
)

// lines answers findings as CODE path lines; warnings end with w.
func lines(t *testing.T, findings []diagnostic.Finding) string {
	t.Helper()
	var out []string
	for _, f := range findings {
		s := string(f.Code) + " " + f.Path
		if f.Severity == diagnostic.Warning {
			s += " w"
		}
		if f.Hint == "" || f.Message == "" || f.File != app.File {
			t.Errorf("incomplete: %+v", f)
		}
		out = append(out, s)
	}
	return strings.Join(out, "\n")
}

func TestDecodeFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	extra := func(n int) string { return `{"extra": {"x": "` + strings.Repeat("x", n-len(`{"x":""}`)) + `"}}` }
	admins := func(n int) string {
		list := `"0"`
		for i := 1; i < n; i++ {
			list += fmt.Sprintf(`, "%d"`, i)
		}
		return `{"admins": [` + list + `]}`
	}
	set := app.Options{MaxAdmins: 1, MaxExtra: 10, BundleAdmins: true}
	for name, c := range map[string]struct {
		in   string
		opts app.Options
		want string
	}{
		"nothing":                 {`{}`, app.Options{}, ""},
		"the version":             {`{"schema_version": "mozaiks.app.v1"}`, app.Options{}, ""},
		"another version":         {`{"schema_version": "mozaiks.app.v2", "appId": 1}`, app.Options{}, "SCHEMA_VERSION $.schema_version"},
		"not JSON":                {`{`, app.Options{}, "JSON_SYNTAX $"},
		"a key twice":             {`{"appId": "a", "appId": "b"}`, app.Options{}, "JSON_DUPLICATE_KEY $.appId"},
		"a list":                  {`[]`, app.Options{}, "NOT_AN_OBJECT $"},
		"too large":               {`{}      `, app.Options{Limits: document.Limits{MaxSize: 7}}, "FILE_SIZE $"},
		"an unknown key":          {`{"appid": "x"}`, app.Options{}, "FIELD_UNKNOWN $.appid"},
		"an id":                   {`{"appId": "0-a_b"}`, app.Options{}, ""},
		"an id in upper case":     {`{"appId": "Shop"}`, app.Options{}, "ID_PATTERN $.appId"},
		"an id too long":          {`{"appId": "` + strings.Repeat("a", 64) + `"}`, app.Options{}, "ID_PATTERN $.appId"},
		"an id that is no text":   {`{"app_id": 7}`, app.Options{}, "TYPE $.app_id"},
		"null is no absent id":    {`{"appId": null}`, app.Options{}, "TYPE $.appId"},
		"the id uploaded to":      {`{"appId": "shop"}`, app.Options{AppID: "shop"}, ""},
		"another id":              {`{"app_id": "desk"}`, app.Options{AppID: "shop"}, "APP_ID_MISMATCH $.app_id"},
		"two spellings of the id": {`{"app_id": "a", "appId": "a"}`, app.Options{}, "ALIAS_CONFLICT $.app_id"},
		"three of the name":       {`{"name": "a", "appName": "a", "app_name": "a"}`, app.Options{}, "ALIAS_CONFLICT $.name\nALIAS_CONFLICT $.app_name"},
		"a long name":             {`{"name": "` + strings.Repeat("é", 120) + `"}`, app.Options{}, ""},
		"a name too long":         {`{"name": "` + strings.Repeat("é", 121) + `"}`, app.Options{}, "TEXT_FORM $.name"},
		"a long version":          {`{"version": "` + strings.Repeat("1", 65) + `"}`, app.Options{}, "TEXT_FORM $.version"},
		"a version that is none":  {`{"version": 1.0}`, app.Options{}, "TYPE $.version"},
		"a description":           {`{"description": "a\nb"}`, app.Options{}, ""},
		"no description":          {`{"description": null}`, app.Options{}, ""},
		"a long description":      {`{"description": "` + strings.Repeat("x", 2001) + `"}`, app.Options{}, "TEXT_FORM $.description"},
		"a landing spot":          {`{"startup": {"landing_spot": "/tasks/:id/{x}/:y?"}}`, app.Options{}, ""},
		"no route":                {`{"startup": {"landing_spot": "tasks"}}`, app.Options{}, "ROUTE_FORM $.startup.landing_spot"},
		"a route of the host":     {`{"startup": {"landing_spot": "/api/x"}}`, app.Options{}, "ROUTE_RESERVED $.startup.landing_spot"},
		"another start":           {`{"startup": {"landing": "/"}}`, app.Options{}, "FIELD_UNKNOWN $.startup.landing"},
		"targets":                 {`{"targets": {"web": true, "mobile": 1, "tv": true}}`, app.Options{}, "TYPE $.targets.mobile\nFIELD_UNKNOWN $.targets.tv"},
		"auth":                    {`{"authRequired": "yes"}`, app.Options{}, "TYPE $.authRequired"},
		"a preset":                {`{"preset": 1}`, app.Options{}, "TYPE $.preset"},
		"features":                {`{"features": {"a": true, "b": "on", "c d": false}}`, app.Options{}, "TYPE $.features.b"},
		"features that are none":  {`{"features": ["a"]}`, app.Options{}, "TYPE $.features"},
		"admins":                  {`{"admins": ["a@example.org"]}`, app.Options{}, "ADMIN_EMAIL_IGNORED $.admins w"},
		"no admins":               {`{"admins": []}`, app.Options{}, ""},
		"admins, allowed":         {`{"admins": ["a@example.org"]}`, app.Options{BundleAdmins: true}, ""},
		"admins that are none":    {`{"admins": [1]}`, app.Options{BundleAdmins: true}, "TYPE $.admins[0]"},
		"50 admins":               {admins(50), app.Options{BundleAdmins: true}, ""},
		"51 admins":               {admins(51), app.Options{BundleAdmins: true}, "COUNT_LIMIT $.admins"},
		"more admins than set":    {`{"admins": ["a", "b"]}`, set, "COUNT_LIMIT $.admins"},
		"16 KiB of extra":         {extra(16 << 10), app.Options{}, ""},
		"a byte more":             {extra(16<<10 + 1), app.Options{}, "RANGE $.extra"},
		"more extra than set":     {`{"extra": {"x": 12345}}`, set, "RANGE $.extra"},
		"extra that is none":      {`{"extra": []}`, app.Options{}, "TYPE $.extra"},
		"a number too large":      {`{"extra": {"n": [1, 1e999]}}`, app.Options{}, "TYPE $.extra.n[1]"},
		"an expansion":            {`{"appId": "${APP_ID}", "extra": {"a": ["x ${HOME:-y} z"]}}`, app.Options{}, "ENV_EXPANSION $.appId\nENV_EXPANSION $.extra.a[0]"},
		"none":                    {`{"description": "costs $5, {x}, ${ } and $X"}`, app.Options{}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, findings := app.Decode([]byte(c.in), c.opts)
			if got := lines(t, findings); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestDecodeFillsInDefaults(t *testing.T) {
	t.Parallel()
	yes, no := true, false
	for name, c := range map[string]struct {
		in   string
		opts app.Options
		want *app.App
	}{
		"a folder":         {`{}`, app.Options{}, &app.App{ID: "default", Name: "default", Version: "1.0", LandingSpot: "/"}},
		"an upload":        {`{}`, app.Options{AppID: "shop"}, &app.App{ID: "shop", Name: "shop", Version: "1.0", LandingSpot: "/"}},
		"a broken id":      {`{"appId": "S"}`, app.Options{AppID: "shop"}, &app.App{ID: "shop", Name: "shop", Version: "1.0", LandingSpot: "/"}},
		"another id":       {`{"appId": "desk"}`, app.Options{AppID: "shop"}, &app.App{ID: "shop", Name: "shop", Version: "1.0", LandingSpot: "/"}},
		"admins, ignored":  {`{"admins": ["a@b"]}`, app.Options{}, &app.App{ID: "default", Name: "default", Version: "1.0", LandingSpot: "/"}},
		"the wrong schema": {`{"schema_version": "x"}`, app.Options{}, nil},
		"everything": {`{"schema_version": "mozaiks.app.v1", "app_id": "shop", "app_name": "Shop", "version": "1.2", "description": "d", "authRequired": true,
			"startup": {"landing_spot": "/tasks"}, "targets": {"web": true, "mobile": false}, "admins": ["a@b", "c@d", "a@b"], "preset": "p",
			"features": {"a": true, "b": false}, "extra": {"n": 1.0, "big": 1e300}}`, app.Options{BundleAdmins: true}, &app.App{
			ID: "shop", Name: "Shop", Version: "1.2", Description: "d", AuthRequired: true, LandingSpot: "/tasks", TargetWeb: &yes, TargetMobile: &no,
			Admins: []string{"a@b", "c@d"}, Preset: "p", Features: map[string]bool{"a": true, "b": false}, Extra: map[string]any{"n": int64(1), "big": 1e300}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, _ := app.Decode([]byte(c.in), c.opts)
			if diff := cmp.Diff(c.want, got, cmpopts.IgnoreUnexported(app.App{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestTheHelpDeskHasNoFinding(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../../modules-examples/desk/app.json")
	if err != nil {
		t.Fatal(err)
	}
	a, findings := app.Decode(raw, app.Options{})
	if len(findings) > 0 || a.ID != "desk" || a.Name != "Help desk" {
		t.Errorf("%+v, %+v", a, findings)
	}
}

func TestTheLandingSpotIsARouteOfTheApp(t *testing.T) {
	t.Parallel()
	routes := []string{"/tasks", "/reports"}
	for in, want := range map[string]string{
		`{}`: "",
		`{"startup": {"landing_spot": "/tasks"}}`: "",
		`{"startup": {"landing_spot": "/task"}}`:  "REF_ROUTE $.startup.landing_spot",
	} {
		a, _ := app.Decode([]byte(in), app.Options{})
		if got := lines(t, a.CheckLanding(app.File, routes)); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
}

func TestRoutes(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"/": "", "/a": "", "/a/b.c_d-e": "", "/a/:id": "", "/a/{id}/b": "", "/a/:id?": "", "/" + strings.Repeat("a", 199): "",
		"/apis": "", "/a/api": "",
		"": "ROUTE_FORM", "a": "ROUTE_FORM", "//": "ROUTE_FORM", "/a/": "ROUTE_FORM", "/a//b": "ROUTE_FORM", "/.": "ROUTE_FORM",
		"/a/..": "ROUTE_FORM", "/a/../b": "ROUTE_FORM", "/:id?/b": "ROUTE_FORM", "/:": "ROUTE_FORM", "/{}": "ROUTE_FORM", "/{a": "ROUTE_FORM",
		"/a b": "ROUTE_FORM", "/é": "ROUTE_FORM", "/a?b": "ROUTE_FORM", "/a#b": "ROUTE_FORM", "/a%20": "ROUTE_FORM", "https://x": "ROUTE_FORM",
		"/" + strings.Repeat("a", 200): "ROUTE_FORM",
		"/api":                         "ROUTE_RESERVED", "/console/x": "ROUTE_RESERVED", "/.well-known/x": "ROUTE_RESERVED",
	} {
		code, message, hint := app.Route(in)
		if string(code) != want || (code != "") != (message != "" && hint != "") {
			t.Errorf("%q: %s, %q, %q, want %s", in, code, message, hint, want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"schema_version": "mozaiks.app.v1", "appId": "shop", "extra": {"n": [1e999, "${X}"]}, "features": {"": true}}`))
	f.Add([]byte(`{"startup": {"landing_spot": "/:a?"}, "admins": ["x"], "targets": {"web": null}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		a, findings := app.Decode(raw, app.Options{})
		for _, x := range findings {
			if x.Message == "" || x.Code == "" || x.Path == "" || x.Hint == "" {
				t.Fatalf("incomplete: %+v", x)
			}
		}
		if diagnostic.HasError(findings) {
			return
		}
		if code, _, _ := app.Route(a.LandingSpot); code != "" || a.ID == "" || a.Name == "" || a.Version == "" {
			t.Fatalf("no finding, but %+v", a)
		}
	})
}
