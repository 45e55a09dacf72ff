package persistence

import (
	"context"

	"github.com/mozaiks/mozaiks/contracts/canonical"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

const changeMax = 1000 // rows that one op may change

// match is a document that an op is going to change.
type match struct {
	id   string
	rev  int64
	size int
	*record
}

// matching answers the rows that id, key or filter choose, up to max, and whether others match. Of many or large documents it
// keeps the ids alone.
func (w *writer) matching(ctx context.Context) (found []match, more bool, most int64, err error) {
	if most, err = integer(w.op, "max", w.at, changeMax, 1); err != nil {
		return nil, false, 0, err
	}
	given, byFilter := w.op["filter"]
	if !byFilter {
		r, err := w.point(ctx, w.t, w.rows, w.op, w.at)
		if r != nil {
			found = []match{{r.id, r.rev, r.size, r}}
		}
		return found, false, most, err
	}
	if w.op["id"] != nil || w.op["key"] != nil {
		return nil, false, 0, invalid("one of id, key and filter", w.at)
	}
	f, err := parseFilter(w.t.Collection, &w.scope, given, w.at+".filter")
	if err != nil {
		return nil, false, 0, err
	}
	if len(f.subs) == 0 && w.op["max"] == nil {
		return nil, false, 0, invalid("an empty filter needs max", w.at+".filter")
	}
	kept := 0
	err = w.examine(ctx, w.t, w.rows, makePlan(w.t, f, nil), f, nil, w.opts.ScanBudget, func(r *record) bool {
		if int64(len(found)) == most {
			more = true
			return false
		}
		m := match{id: r.id, rev: r.rev, size: r.size}
		if kept += r.size; kept <= pageBytes || len(found) == 0 {
			m.record = r
		}
		found = append(found, m)
		return true
	})
	return found, more, most, err
}

// load answers the document of a match.
func (w *writer) load(ctx context.Context, m match) (*record, error) {
	if m.record != nil {
		return m.record, nil
	}
	return w.byID(ctx, w.t, w.rows, m.id)
}

// expected holds what was found to must_match and if_rev.
func (w *writer) expected(found []match) error {
	if len(found) == 0 && w.must {
		return fault.Valuef(fault.ValueNotFound, "nothing matches")
	}
	for _, m := range found {
		if w.rev != nil && m.rev != *w.rev {
			return &fault.ValueError{Code: fault.ValueRevisionConflict, Message: "the document changed meanwhile",
				Details: map[string]any{"expected": *w.rev, "actual": m.rev}}
		}
	}
	return nil
}

func (w *writer) update(ctx context.Context) (map[string]any, error) {
	if err := only(w.op, w.at, "op", "collection", "id", "key", "filter", "patch", "doc", "if_rev", "max", "must_match", "returning"); err != nil {
		return nil, err
	}
	if err := w.options(); err != nil {
		return nil, err
	}
	change, at, err := w.changer()
	if err != nil {
		return nil, err
	}
	found, more, most, err := w.matching(ctx)
	if err != nil {
		return nil, err
	}
	if err := w.expected(found); err != nil {
		return nil, err
	}
	modified := int64(0)
	var last *record
	for _, m := range found {
		r, err := w.load(ctx, m)
		if err != nil {
			return nil, err
		}
		after, err := change(r)
		if err != nil {
			return nil, err
		}
		if last, err = w.replace(ctx, r, after, at); err != nil {
			return nil, err
		}
		if last != r {
			modified++
		}
	}
	result := map[string]any{"matched": int64(len(found)), "modified": modified, "more": more}
	if most > 1 || last == nil {
		return result, nil
	}
	result["id"], result["rev"] = last.id, last.rev
	return w.shownAs(last, result), nil
}

// changer answers what an update makes of a document, patched or replaced, and where the request says so.
func (w *writer) changer() (change func(*record) (map[string]any, error), at string, err error) {
	doc, replacing := w.op["doc"]
	raw, patching := w.op["patch"]
	if replacing == patching {
		return nil, "", invalid("one of patch and doc", w.at)
	}
	if patching {
		at = w.at + ".patch"
		p, err := parsePatch(raw, at, false)
		if err == nil {
			err = w.guard(p)
		}
		return func(r *record) (map[string]any, error) { return w.patched(p, r.doc, false) }, at, err
	}
	at = w.at + ".doc"
	object, ok := doc.(map[string]any)
	if !ok {
		return nil, "", invalid("must be an object", at)
	}
	return func(r *record) (map[string]any, error) { return w.replaced(object, r.doc, at) }, at, nil
}

// replaced checks a document that takes the place of another.
func (w *writer) replaced(doc, before map[string]any, at string) (map[string]any, error) {
	after := canonical.Clone(doc).(map[string]any)
	if err := w.scope.fill(w.t.Collection, after, at, false); err != nil {
		return nil, err
	}
	v := &validator{c: w.t.Collection}
	v.document(after, at)
	for i := range w.t.Fields {
		if f := &w.t.Fields[i]; f.Immutable && changed(before, after, f.Name) {
			v.add(at+"."+f.Name, fault.Immutable, "never changes after insert")
		}
	}
	return after, v.verdict()
}

func changed(before, after map[string]any, name string) bool {
	a, had := before[name]
	b, has := after[name]
	return had != has || !canonical.Equal(a, b)
}

// guard refuses changes of fields that the host holds, unless they set the same value, and of names that no guest may use.
func (w *writer) guard(p patch) error {
	v := &validator{c: w.t.Collection}
	for i := range p {
		c := &p[i]
		top := c.segments[0]
		if want, holds := w.scope.held(w.t.Collection, top); holds {
			if len(c.segments) > 1 || c.op != "$set" && c.op != "$setOnInsert" || c.operand != want {
				return &fault.ValueError{Code: fault.ValueScopeDenied, Message: "the host fills this field", Details: map[string]any{"path": c.at}}
			}
			continue
		}
		v.name(top, topOf(c))
	}
	return v.verdict()
}

// patched applies a patch to a stored document and checks the fields that it touches.
func (w *writer) patched(p patch, doc map[string]any, inserting bool) (map[string]any, error) {
	after, problems := p.apply(doc, w.t.Collection, w.call.Now, inserting)
	v := &validator{c: w.t.Collection, problems: problems}
	if err := v.verdict(); err != nil {
		return nil, err
	}
	for i := range p {
		c := &p[i]
		if c.op == "$setOnInsert" && !inserting {
			continue
		}
		v.touched(c, doc, after)
	}
	return after, v.verdict()
}

func (w *writer) remove(ctx context.Context) (map[string]any, error) {
	if err := only(w.op, w.at, "op", "collection", "id", "key", "filter", "if_rev", "max", "must_match", "returning"); err != nil {
		return nil, err
	}
	if err := w.options(); err != nil {
		return nil, err
	}
	found, more, most, err := w.matching(ctx)
	if err != nil {
		return nil, err
	}
	if err := w.expected(found); err != nil {
		return nil, err
	}
	for _, m := range found {
		if err := w.room(); err != nil {
			return nil, err
		}
		if err := w.account(ctx, w.t, w.rows, amount{-1, -int64(m.size)}); err != nil {
			return nil, err
		}
		if err := w.tx.tx.Delete(ctx, w.t.stored, w.rows, m.id); err != nil {
			return nil, err
		}
	}
	result := map[string]any{"deleted": int64(len(found)), "more": more}
	if most == 1 && len(found) == 1 {
		return w.shownAs(found[0].record, result), nil
	}
	return result, nil
}
