// Package app holds app.json: an app's identity and what its shell needs to know first.
package app

import (
	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// File is the declaration's name in a bundle.
const File = "app.json"

// App is app.json, decoded, with defaults filled in.
type App struct {
	ID           string // `default` where the file names none
	Name         string // the id where the file names none
	Version      string
	Description  string
	AuthRequired bool
	Admins       []string
	LandingSpot  string
}

// Decode reads app.json. The app is nil where its id cannot be known.
func Decode(data []byte, limits document.Limits) (*App, []diagnostic.Finding) {
	r := document.NewReader(File, limits)
	top := r.JSON(data)
	if _, ok := top.Version(document.Optional, "mozaiks.app.v1"); !ok {
		return nil, r.Findings()
	}
	a := &App{ID: "default", Version: "1.0", LandingSpot: "/"}
	id := document.Pattern(`^[a-z0-9][a-z0-9_-]{0,62}$`, fault.IdPattern, "an app id", "use lower-case letters, digits, _ and -, beginning with a letter or digit")
	if v, n := alias(r, top, id, "appId", "app_id"); n != nil {
		a.ID = v
	}
	a.Name = a.ID
	if v, n := alias(r, top, document.Text(120), "appName", "app_name", "name"); n != nil {
		a.Name = v
	}
	if v, n := top.String("version", document.Text(64), document.Optional); n != nil {
		a.Version = v
	}
	a.Description, _ = top.String("description", document.Text(2000), document.Nullable)
	a.AuthRequired, _ = top.Bool("authRequired", document.Optional)
	a.startup(top)
	a.admins(r, top)
	if targets := top.Record("targets", document.Optional); targets != nil {
		targets.Bool("web", document.Optional)
		targets.Bool("mobile", document.Optional)
		targets.Close()
	}
	top.String("preset", document.Text(200), document.Optional)
	if features := top.Record("features", document.Optional); features != nil {
		for _, f := range features.Node.Fields {
			features.Bool(f.Name, document.Optional)
		}
	}
	top.Record("extra", document.Optional)
	top.Close()
	return a, r.Findings()
}

// alias reads a field that has several spellings; two at once contradict each other.
func alias(r *document.Reader, top *document.Record, form document.Form, names ...string) (string, *document.Node) {
	var value string
	var found *document.Node
	for _, name := range names {
		v, n := top.String(name, form, document.Optional)
		if n != nil && found != nil {
			r.Error(fault.AliasConflict, n, name+" and another spelling of it stand together", "keep "+names[0]+" alone")
			continue
		}
		if n != nil {
			value, found = v, n
		}
	}
	return value, found
}

func (a *App) startup(top *document.Record) {
	startup := top.Record("startup", document.Optional)
	if startup == nil {
		return
	}
	if v, n := startup.String("landing_spot", document.Text(200), document.Optional); n != nil {
		a.LandingSpot = v
	}
	startup.Close()
}

// admins are carried and appoint nobody: a bundle cannot choose who runs it.
func (a *App) admins(r *document.Reader, top *document.Record) {
	nodes, list := top.Strings("admins", document.Text(200), document.Optional)
	a.Admins = document.Plain(nodes)
	if list != nil && len(nodes) > 0 {
		r.Warn(fault.AdminEmailIgnored, list, "admins of a bundle are not appointed", "give the role at the identity provider instead")
	}
}
