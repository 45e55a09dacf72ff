package persistence

import (
	"strings"
	"time"

	"github.com/mozaiks/mozaiks/contracts/canonical"
	"github.com/mozaiks/mozaiks/runtime/id"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

// record is a document with what the host keeps beside it.
type record struct {
	id               string
	rev              int64
	created, updated int64
	size             int // of the stored form
	doc              map[string]any
}

func readRecord(d *driver.Document) (*record, error) {
	doc, err := canonical.ParseObject(d.Doc)
	if err != nil {
		return nil, err
	}
	return &record{id: d.ID, rev: d.Rev, created: d.Created, updated: d.Updated, size: len(d.Doc), doc: doc}, nil
}

// pathMax is the most segments of a path.
const pathMax = 8

// splitPath splits a dotted path; nil if it is no path.
func splitPath(path string) []string {
	segments := strings.Split(path, ".")
	if len(segments) > pathMax {
		return nil
	}
	for _, s := range segments {
		if s == "" || s[0] == '$' {
			return nil
		}
	}
	return segments
}

// at answers the value at a path, through objects only; false if there is none.
func (r *record) at(path string) (any, bool) {
	switch path {
	case "_id":
		return r.id, true
	case "_rev":
		return r.rev, true
	case "_created_at":
		return formatMillis(r.created), true
	case "_updated_at":
		return formatMillis(r.updated), true
	}
	var v any = r.doc
	for more := true; more; {
		var name string
		name, path, more = strings.Cut(path, ".")
		object, ok := v.(map[string]any)
		if !ok {
			return nil, false
		}
		if v, ok = object[name]; !ok {
			return nil, false
		}
	}
	return v, true
}

func formatMillis(ms int64) string { return id.FormatTime(time.UnixMilli(ms)) }

// shown answers the document as a guest reads it: with the host's names, cut to paths if any are asked for.
func (r *record) shown(paths []string) map[string]any {
	out := map[string]any{"_id": r.id, "_rev": r.rev}
	if paths == nil {
		for k, v := range r.doc {
			out[k] = v
		}
		out["_created_at"], out["_updated_at"] = formatMillis(r.created), formatMillis(r.updated)
		return out
	}
	for _, p := range paths {
		if v, ok := r.at(p); ok {
			put(out, strings.Split(p, "."), v)
		}
	}
	return out
}

// put sets a value at a path and makes the objects on its way; an object that is shared is copied first.
func put(object map[string]any, segments []string, v any) {
	for _, s := range segments[:len(segments)-1] {
		next, ok := object[s].(map[string]any)
		copied := make(map[string]any, len(next)+1)
		if ok {
			for k, x := range next {
				copied[k] = x
			}
		}
		object[s] = copied
		object = copied
	}
	object[segments[len(segments)-1]] = v
}
