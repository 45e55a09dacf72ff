package persistence

import (
	"context"
	"strings"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

func (w *writer) insert(ctx context.Context) (map[string]any, error) {
	if err := only(w.op, w.at, "op", "collection", "doc", "id", "returning"); err != nil {
		return nil, err
	}
	if err := w.options(); err != nil {
		return nil, err
	}
	at := w.at + ".doc"
	doc, ok := w.op["doc"].(map[string]any)
	if !ok {
		return nil, invalid("must be an object", at)
	}
	v := &validator{c: w.t.Collection}
	id := w.newID(v, w.op["id"])
	if err := w.scope.fill(w.t.Collection, doc, at, true); err != nil {
		return nil, err
	}
	v.defaults(doc)
	v.document(doc, at)
	if err := v.verdict(); err != nil {
		return nil, err
	}
	r, err := w.add(ctx, id, doc, at)
	if err != nil {
		return nil, err
	}
	return w.shownAs(r, map[string]any{"id": r.id, "rev": r.rev}), nil
}

// newID answers the id that a new document is given, or makes one up.
func (w *writer) newID(v *validator, given any) string {
	if given == nil {
		return w.call.IDs()
	}
	id, ok := given.(string)
	if !ok || !documentID.MatchString(id) {
		v.add(w.at+".id", fault.IdInvalid, "is no document id")
	}
	return id
}

// shownAs adds the document to a result that asks for it.
func (w *writer) shownAs(r *record, result map[string]any) map[string]any {
	if w.returning {
		result["doc"] = r.shown(nil)
	}
	return result
}

func (w *writer) upsert(ctx context.Context) (map[string]any, error) {
	if err := only(w.op, w.at, "op", "collection", "id", "key", "patch", "returning"); err != nil {
		return nil, err
	}
	if err := w.options(); err != nil {
		return nil, err
	}
	p, err := parsePatch(w.op["patch"], w.at+".patch", true)
	if err != nil {
		return nil, err
	}
	if err := w.guard(p); err != nil {
		return nil, err
	}
	r, err := w.point(ctx, w.t, w.rows, w.op, w.at)
	if err != nil {
		return nil, err
	}
	created := r == nil
	if created {
		r, err = w.insertPatched(ctx, p)
	} else {
		var after map[string]any
		if after, err = w.patched(p, r.doc, false); err == nil {
			r, err = w.replace(ctx, r, after, w.at+".patch")
		}
	}
	if err != nil {
		return nil, err
	}
	return w.shownAs(r, map[string]any{"id": r.id, "rev": r.rev, "created": created}), nil
}

// insertPatched makes the document of an upsert that found none: the parts of the key, the defaults, then the patch.
func (w *writer) insertPatched(ctx context.Context, p patch) (*record, error) {
	at := w.at + ".patch"
	v := &validator{c: w.t.Collection}
	given := w.op["id"]
	doc := map[string]any{}
	key, _ := w.op["key"].(map[string]any)
	for _, path := range sortedKeys(key) {
		switch {
		case path == "_id":
			given = key[path]
		case key[path] != nil:
			put(doc, strings.Split(path, "."), key[path])
		}
	}
	id := w.newID(v, given)
	if err := w.scope.fill(w.t.Collection, doc, w.at+".key", true); err != nil {
		return nil, err
	}
	v.defaults(doc)
	after, problems := p.apply(doc, w.t.Collection, w.call.Now, true)
	v.problems = append(v.problems, problems...)
	if len(problems) == 0 {
		v.document(after, at)
	}
	if err := v.verdict(); err != nil {
		return nil, err
	}
	return w.add(ctx, id, after, at)
}
