package app

import (
	"slices"
	"strings"

	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

const workspaceRoot = "app"

// Root says in which of its two forms a bundle was sent: the app form has app.json at the root; the workspace form has it in
// app/, and workflows/ beside that is the app's as well.
type Root struct{ Workspace bool }

// FindRoot tells the form from the paths of all files as they were sent, or answers the finding BUNDLE_ROOT.
func FindRoot(paths []string) (Root, *diagnostic.Finding) {
	plain, workspace := slices.Contains(paths, File), slices.Contains(paths, workspaceRoot+"/"+File)
	switch {
	case plain && !workspace:
		return Root{}, nil
	case workspace && !plain:
		return Root{Workspace: true}, nil
	case plain:
		return Root{}, badRoot("there is both app.json and app/app.json", "leave one of them")
	}
	if top := onlyFolder(paths); top != "" {
		return Root{}, badRoot("all files lie in one folder, "+document.Quote(top), "send what is in "+document.Quote(top)+", without that folder")
	}
	return Root{}, badRoot("there is neither app.json nor app/app.json", "add app.json at the root")
}

func badRoot(message, hint string) *diagnostic.Finding {
	return &diagnostic.Finding{Code: fault.BundleRoot, Severity: diagnostic.Error, File: File, Path: "$", Message: message, Hint: hint}
}

// onlyFolder answers the top folder that all paths lie in, "" where there is none.
func onlyFolder(paths []string) string {
	var top string
	for i, path := range paths {
		folder, _, below := strings.Cut(path, "/")
		if !below || (i > 0 && folder != top) {
			return ""
		}
		top = folder
	}
	return top
}

// besideApp are folders of a workspace that are no part of its app.
var besideApp = []string{"docs", "scripts", "tests", "build_context", "generated"}

// skipped are names that are no part of a bundle that is read from a folder, at any depth.
var skipped = []string{".git", ".gitignore", ".gitattributes", ".editorconfig", ".DS_Store", ".idea", ".vscode",
	"node_modules", "target"}

// AppPath answers a path that was sent as it is called in the app form. It is false for what lies beside the app.
func (r Root) AppPath(path string) (string, bool) {
	if !r.Workspace {
		return path, true
	}
	if below, ok := strings.CutPrefix(path, workspaceRoot+"/"); ok {
		return below, true
	}
	return path, strings.HasPrefix(path, "workflows/")
}

// SentPath is the reverse of AppPath, for findings: how the file of that path in the app form was called when it was sent.
// sent tells whether a path was sent.
func (r Root) SentPath(path string, sent func(string) bool) string {
	inApp := workspaceRoot + "/" + path
	if !r.Workspace || (strings.HasPrefix(path, "workflows/") && !sent(inApp)) {
		return path
	}
	return inApp
}

// Skips tells whether a file or folder is left out when a bundle is read from a folder. An upload has no such exception.
func (r Root) Skips(path string) bool {
	segments := strings.Split(path, "/")
	if r.Workspace && slices.Contains(besideApp, segments[0]) {
		return true
	}
	return slices.ContainsFunc(segments, func(s string) bool { return slices.Contains(skipped, s) })
}
