package app

import (
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/contracts/module"
)

// The app's own files that checks across modules look into. What is wrong with them is reported by those who read them whole.
const (
	registryFile      = "admin/admin_registry.yaml"
	subscriptionsFile = "config/subscriptions.yaml"
)

// hostPages are the pages of the admin shell that exist without a registry.
var hostPages = []string{"overview", "users", "usage", "activity", "operations", "settings", "billing", "integrations", "support"}

// facts are what checks across modules need to know of the app.
func (b *Bundle) facts(root *os.Root, unread []string) module.AppFacts {
	facts := module.AppFacts{Unread: unread, Workflows: folderNames(root, "workflows", "workflow.yaml"), Pages: fileNames(root, "ui/pages", ".yaml"),
		AdminPages: slices.Clone(hostPages)}
	facts.Triggers = map[string][]module.Trigger{}
	for _, name := range facts.Workflows {
		top := b.look(root, path.Join("workflows", name, "workflow.yaml"))
		if top == nil || top.Kind != document.Object {
			continue
		}
		facts.Triggers[name] = nil
		for _, t := range itemsOf(top.Get("triggers")) {
			facts.Triggers[name] = append(facts.Triggers[name], module.Trigger{Capability: textOf(t, "capability_id"), Event: textOf(t, "event_type")})
		}
	}
	for _, c := range b.Modules {
		if !c.OK() {
			facts.Failed = append(facts.Failed, c.Name)
		}
	}
	if top := b.look(root, registryFile); top != nil {
		facts.AdminPages = append(facts.AdminPages, texts(top.Get("pages"), "id")...)
	}
	if top := b.look(root, subscriptionsFile); top != nil {
		facts.Gates = []string{}
		plans := itemsOf(top.Get("plans"))
		for _, product := range itemsOf(top.Get("products")) {
			plans = append(plans, itemsOf(product.Get("plans"))...)
		}
		for _, plan := range plans {
			for _, c := range itemsOf(plan.Get("capabilities")) {
				facts.Gates = append(facts.Gates, c.Text)
			}
		}
	}
	return facts
}

// look parses a file of the app, nil if it is not there or cannot be read.
func (b *Bundle) look(root *os.Root, file string) *document.Node {
	raw, there, _ := readFile(root, file, 1<<20)
	if !there {
		return nil
	}
	n, _ := document.ParseYAML(raw, document.Limits{})
	return n
}

func itemsOf(n *document.Node) []*document.Node {
	if n == nil {
		return nil
	}
	return n.Items
}

// texts answers a field of each object of a list.
func texts(list *document.Node, field string) []string {
	var out []string
	for _, n := range itemsOf(list) {
		if text := textOf(n, field); text != "" {
			out = append(out, text)
		}
	}
	return out
}

// textOf answers a field of an object, "" if it is no text.
func textOf(n *document.Node, field string) string {
	if v := n.Get(field); v != nil && v.Kind == document.String {
		return v.Text
	}
	return ""
}

// folderNames answers the folders below dir that hold a file, never nil.
func folderNames(root *os.Root, dir, file string) []string {
	out := []string{}
	for _, e := range listing(root, dir) {
		if _, err := root.Lstat(path.Join(dir, e.Name(), file)); e.IsDir() && err == nil {
			out = append(out, e.Name())
		}
	}
	return out
}

// fileNames answers the names of the files in dir, without their extension, never nil.
func fileNames(root *os.Root, dir, extension string) []string {
	out := []string{}
	for _, e := range listing(root, dir) {
		if name, ok := strings.CutSuffix(e.Name(), extension); ok && e.Type().IsRegular() {
			out = append(out, name)
		}
	}
	return out
}

func listing(root *os.Root, dir string) []fs.DirEntry {
	f, err := root.Open(dir)
	if err != nil {
		return nil
	}
	defer f.Close()
	entries, _ := f.ReadDir(-1) // what cannot be listed is not there
	return entries
}

// checkCollections warns of modules that could use data operations and may open no collection.
func (b *Bundle) checkCollections() {
	if b.Data == nil {
		return // it has errors of its own
	}
	for _, c := range b.Modules {
		if c.Module == nil || c.Inspection == nil {
			continue
		}
		uses := ""
		for _, i := range c.Inspection.Imports {
			if strings.HasPrefix(strings.TrimPrefix(i.Name, "mozaiks_v1_"), "data_") {
				uses = i.Name
				break
			}
		}
		open := false
		for _, k := range b.Data.Collections {
			_, _, ok := b.Data.Resolve(c.Module.ID, k.Name)
			open = open || ok
		}
		if uses != "" && !open {
			b.add(diagnostic.Finding{Code: fault.DataUndeclared, Severity: diagnostic.Warning, File: path.Join(c.Dir, c.Module.Backend.File), Path: `imports["` + uses + `"]`,
				Message: "the binary imports " + uses + ", and no collection is open to " + c.Module.ID,
				Hint:    "declare a collection of the module in " + dataContract + ", or remove the call"})
		}
	}
}
