package persistence

import (
	"context"
	"errors"
	"strings"

	"github.com/mozaiks/mozaiks/contracts/canonical"
	"github.com/mozaiks/mozaiks/contracts/data"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

const changeMax = 1000 // rows that one op may change

func (s *Session) write(ctx context.Context, request map[string]any) (any, error) {
	if err := only(request, "$", "ops"); err != nil {
		return nil, err
	}
	ops, ok := request["ops"].([]any)
	if !ok || len(ops) == 0 {
		return nil, invalid("must be a list of ops", "$.ops")
	}
	if len(ops) > s.opts.MaxOps {
		return nil, limitExceeded("too many ops in one call", "$.ops")
	}
	if s.batches++; s.batches > s.opts.MaxBatches {
		return nil, fault.Valuef(fault.ValueLimitExceeded, "too many data_write calls in one invocation")
	}
	if err := s.tx.tx.Savepoint(ctx); err != nil {
		return nil, err
	}
	before := s.changed
	results := make([]any, len(ops))
	for i, raw := range ops {
		r, err := s.op(ctx, raw, "$.ops["+itoa(i)+"]")
		if err != nil {
			s.changed = before
			if undo := s.tx.tx.Release(ctx, true); undo != nil {
				return nil, errors.Join(undo, err)
			}
			return nil, withIndex(err, i)
		}
		results[i] = r
	}
	if err := s.tx.tx.Release(ctx, false); err != nil {
		return nil, err
	}
	return map[string]any{"results": results}, nil
}

// withIndex names the op that failed.
func withIndex(err error, i int) error {
	var value *fault.ValueError
	if !errors.As(err, &value) {
		return err
	}
	details := map[string]any{"index": int64(i)}
	for k, v := range value.Details {
		details[k] = v
	}
	return &fault.ValueError{Code: value.Code, Message: value.Message, Details: details}
}

// op runs one op of a batch.
func (s *Session) op(ctx context.Context, raw any, at string) (any, error) {
	op, ok := raw.(map[string]any)
	if !ok {
		return nil, invalid("an op is an object", at)
	}
	t, rows, err := s.open(op, at)
	if err != nil {
		return nil, err
	}
	if err := s.writable(t); err != nil {
		return nil, err
	}
	w := &writer{Session: s, t: t, rows: rows, op: op, at: at}
	switch op["op"] {
	case "insert":
		return w.insert(ctx)
	case "update":
		return w.update(ctx)
	case "upsert":
		return w.upsert(ctx)
	case "delete":
		return w.remove(ctx)
	}
	return nil, invalid("is insert, update, upsert or delete", at+".op")
}

func (s *Session) writable(t *target) error {
	var reason string
	switch {
	case t.GuestsReadOnly:
		reason = "platform_sync"
	case t.readOnly:
		reason = "read_by"
	case t.Tenancy == data.AppWide && t.Writers == "operator" && !s.scope.Operator:
		reason = "app_wide"
	default:
		return nil
	}
	return &fault.ValueError{Code: fault.ValueReadOnly, Message: "the collection is open for reading only", Details: map[string]any{"reason": reason}}
}

// writer is one op at work.
type writer struct {
	*Session
	t    *target
	rows driver.Scope
	op   map[string]any
	at   string
}

func (w *writer) validator() *validator { return &validator{c: w.t.Collection} }

func (w *writer) flag(name string) (bool, error) {
	v, given := w.op[name]
	if !given || v == nil {
		return false, nil
	}
	b, ok := v.(bool)
	if !ok {
		return false, invalid("is true or false", w.at+"."+name)
	}
	return b, nil
}

func (w *writer) insert(ctx context.Context) (any, error) {
	if err := only(w.op, w.at, "op", "collection", "doc", "id", "returning"); err != nil {
		return nil, err
	}
	returning, err := w.flag("returning")
	if err != nil {
		return nil, err
	}
	doc, ok := w.op["doc"].(map[string]any)
	if !ok {
		return nil, invalid("must be an object", w.at+".doc")
	}
	id, given := w.op["id"]
	v := w.validator()
	text, ok := id.(string)
	if given && (!ok || !documentID.MatchString(text)) {
		v.add(w.at+".id", "ID_INVALID", "is no document id")
	} else if !given {
		text = w.call.IDs()
	}
	if err := w.scope.fill(w.t.Collection, doc, true); err != nil {
		return nil, err
	}
	v.document(doc, w.at+".doc", true)
	v.nested(doc, w.at+".doc", 0)
	if len(v.problems) > 0 {
		return nil, validationFailed(v.problems)
	}
	r, err := w.add(ctx, text, doc)
	if err != nil {
		return nil, err
	}
	result := map[string]any{"id": r.id, "rev": r.rev}
	if returning {
		result["doc"] = r.shown(nil)
	}
	return result, nil
}

// add stores a new document that was checked.
func (w *writer) add(ctx context.Context, id string, doc map[string]any) (*record, error) {
	now := w.call.Now.UnixMilli()
	r := &record{id: id, rev: 1, created: now, updated: now, doc: doc}
	d, err := w.stored(r)
	if err != nil {
		return nil, err
	}
	if err := w.room(); err != nil {
		return nil, err
	}
	err = w.tx.tx.Insert(ctx, w.t.stored, w.rows, d)
	if errors.Is(err, driver.ErrUnique) {
		return nil, w.uniqueConflict(ctx, r, true)
	}
	return r, err
}

// room counts a row that is about to change.
func (w *writer) room() error {
	if w.changed++; w.changed > w.opts.MaxRows {
		return fault.Valuef(fault.ValueLimitExceeded, "too many rows changed in one invocation")
	}
	return nil
}

// stored makes the row of a record, with its keys.
func (w *writer) stored(r *record) (*driver.Document, error) {
	d := &driver.Document{ID: r.id, Rev: r.rev, Created: r.created, Updated: r.updated, Doc: canonical.Append(nil, r.doc)}
	if len(d.Doc) > w.opts.MaxDocument {
		return nil, &fault.ValueError{Code: fault.ValueDocumentTooLarge, Message: "the document is too large",
			Details: map[string]any{"size": int64(len(d.Doc)), "limit": int64(w.opts.MaxDocument)}}
	}
	var problems []problem
	for _, k := range w.t.stored.Keys {
		key, err := keyOf(k, r)
		if err != nil {
			problems = append(problems, problem{w.at + "." + k.Field, err.Error(), "cannot be part of an index"})
		}
		d.Keys = append(d.Keys, key)
	}
	if len(problems) > 0 {
		return nil, validationFailed(problems)
	}
	return d, nil
}

// uniqueConflict names the first index, in contract order, that another row already has the key of; _id before all.
func (w *writer) uniqueConflict(ctx context.Context, r *record, inserting bool) error {
	name := ""
	if inserting {
		d, err := w.tx.tx.Get(ctx, w.t.stored, w.rows, r.id)
		if err != nil {
			return err
		}
		if d != nil {
			name = "_id"
		}
	}
	for i := range w.t.Indexes {
		if x := &w.t.Indexes[i]; name == "" && x.Unique {
			taken, err := w.taken(ctx, x, r)
			if err != nil {
				return err
			}
			if taken {
				name = x.Name
			}
		}
	}
	return &fault.ValueError{Code: fault.ValueUniqueConflict, Message: "another document has this key", Details: map[string]any{"index": name}}
}

func (w *writer) taken(ctx context.Context, x *data.Index, r *record) (bool, error) {
	rng := &driver.Range{Limit: 2}
	for _, part := range x.Parts {
		k := driver.Key{Field: part.Field, Fold: part.Fold}
		key, err := keyOf(k, r)
		if err != nil || x.Sparse && len(key) == 1 && key[0] == tagMissing {
			return false, nil //nolint:nilerr // such a row is not in the index
		}
		rng.Equal = append(rng.Equal, driver.Bound{Key: keyColumn(w.t, k), Value: key})
	}
	found, err := w.tx.tx.Scan(ctx, w.t.stored, w.rows, rng)
	for i := range found {
		if found[i].ID != r.id {
			return true, err
		}
	}
	return false, err
}

// matching answers the rows that `id`, `key` or `filter` choose, up to max, and whether others match.
func (w *writer) matching(ctx context.Context) (found []*record, more bool, most int64, err error) {
	f, byFilter := w.op["filter"]
	_, limited := w.op["max"]
	if most, err = integer(w.op, "max", w.at, 1, changeMax, 1); err != nil {
		return nil, false, 0, err
	}
	if !byFilter {
		r, err := w.point(ctx, w.t, w.rows, w.op, w.at)
		if r != nil {
			found = []*record{r}
		}
		return found, false, most, err
	}
	if w.op["id"] != nil || w.op["key"] != nil {
		return nil, false, 0, invalid("one of id, key and filter", w.at)
	}
	parsed, err := parseFilter(w.t.Collection, &w.scope, f, w.at+".filter")
	if err != nil {
		return nil, false, 0, err
	}
	if len(parsed.subs) == 0 && !limited {
		return nil, false, 0, invalid("an empty filter needs max", w.at+".filter")
	}
	p := makePlan(w.t, parsed, nil)
	err = w.examine(ctx, w.t, w.rows, p, parsed, nil, w.opts.ScanBudget, func(r *record) bool {
		if int64(len(found)) == most {
			more = true
			return false
		}
		found = append(found, r)
		return true
	})
	return found, more, most, err
}

// expected checks if_rev and must_match against what was found.
func (w *writer) expected(found []*record) error {
	must, err := w.flag("must_match")
	if err != nil {
		return err
	}
	if len(found) == 0 {
		if must {
			return fault.Valuef(fault.ValueNotFound, "nothing matches")
		}
		return nil
	}
	want, given := w.op["if_rev"]
	if !given || want == nil {
		return nil
	}
	rev, ok := want.(int64)
	if !ok {
		return invalid("must be an integer", w.at+".if_rev")
	}
	for _, r := range found {
		if r.rev != rev {
			return &fault.ValueError{Code: fault.ValueRevisionConflict, Message: "the document changed meanwhile",
				Details: map[string]any{"expected": rev, "actual": r.rev}}
		}
	}
	return nil
}

func (w *writer) update(ctx context.Context) (any, error) {
	if err := only(w.op, w.at, "op", "collection", "id", "key", "filter", "patch", "doc", "if_rev", "max", "must_match", "returning"); err != nil {
		return nil, err
	}
	returning, err := w.flag("returning")
	if err != nil {
		return nil, err
	}
	change, err := w.changer()
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
	for i, r := range found {
		after, err := change(r)
		if err != nil {
			return nil, err
		}
		changed, err := w.replace(ctx, r, after)
		if err != nil {
			return nil, err
		}
		if changed != r {
			modified++
		}
		found[i] = changed
	}
	result := map[string]any{"matched": int64(len(found)), "modified": modified, "more": more}
	if most == 1 && len(found) == 1 {
		result["id"], result["rev"] = found[0].id, found[0].rev
		if returning {
			result["doc"] = found[0].shown(nil)
		}
	}
	return result, nil
}

// changer answers what an update makes of a document: patched, or replaced.
func (w *writer) changer() (func(*record) (map[string]any, error), error) {
	doc, replacing := w.op["doc"]
	raw, patching := w.op["patch"]
	if replacing == patching {
		return nil, invalid("one of patch and doc", w.at)
	}
	if patching {
		p, err := parsePatch(raw, w.at+".patch", false)
		if err != nil {
			return nil, err
		}
		if err := w.guardPatch(p); err != nil {
			return nil, err
		}
		return func(r *record) (map[string]any, error) { return w.patched(p, r.doc, false) }, nil
	}
	object, ok := doc.(map[string]any)
	if !ok {
		return nil, invalid("must be an object", w.at+".doc")
	}
	return func(r *record) (map[string]any, error) {
		after := canonical.Clone(object).(map[string]any)
		if err := w.scope.fill(w.t.Collection, after, false); err != nil {
			return nil, err
		}
		v := w.validator()
		v.document(after, w.at+".doc", false)
		v.nested(after, w.at+".doc", 0)
		v.immutable(r.doc, after, w.at+".doc")
		if len(v.problems) > 0 {
			return nil, validationFailed(v.problems)
		}
		return after, nil
	}, nil
}

// guardPatch refuses changes of fields that the host holds, unless they set the same value, and of the host's own names.
func (w *writer) guardPatch(p patch) error {
	v := w.validator()
	for i := range p {
		top := p[i].segments[0]
		if want, holds := w.scope.held(w.t.Collection, top); holds {
			if len(p[i].segments) > 1 || p[i].op != "$set" && p[i].op != "$setOnInsert" || p[i].operand != want {
				return &fault.ValueError{Code: fault.ValueScopeDenied, Message: "the host fills this field", Details: map[string]any{"path": p[i].at}}
			}
			continue
		}
		v.name(top, strings.TrimSuffix(p[i].at, "."+p[i].path))
	}
	if len(v.problems) > 0 {
		return validationFailed(v.problems)
	}
	return nil
}

// patched applies a patch and checks the fields that it touches.
func (w *writer) patched(p patch, doc map[string]any, inserting bool) (map[string]any, error) {
	v := w.validator()
	after := p.apply(doc, w.call.Now, inserting, v)
	if len(v.problems) > 0 {
		return nil, validationFailed(v.problems)
	}
	for i := range p {
		top := p[i].segments[0]
		value, there := after[top]
		f := w.t.Field(top)
		switch {
		case f == nil:
		case !there && f.Required && p[i].op == "$unset":
			v.add(p[i].at, "REQUIRED", "is required")
		case there:
			after[top] = v.field(f, value, p[i].at)
		}
		v.nested(map[string]any{top: value}, strings.TrimSuffix(p[i].at, "."+p[i].path), 0)
	}
	if !inserting {
		v.immutable(doc, after, w.at+".patch")
	}
	if len(v.problems) > 0 {
		return nil, validationFailed(v.problems)
	}
	return after, nil
}

// replace stores a changed document; one that did not change keeps its revision, and is answered as it was.
func (w *writer) replace(ctx context.Context, r *record, after map[string]any) (*record, error) {
	if canonical.Equal(r.doc, after) {
		return r, nil
	}
	next := &record{id: r.id, rev: r.rev + 1, created: r.created, updated: w.call.Now.UnixMilli(), doc: after}
	d, err := w.stored(next)
	if err != nil {
		return nil, err
	}
	if err := w.room(); err != nil {
		return nil, err
	}
	err = w.tx.tx.Update(ctx, w.t.stored, w.rows, d)
	if errors.Is(err, driver.ErrUnique) {
		return nil, w.uniqueConflict(ctx, next, false)
	}
	return next, err
}

func (w *writer) upsert(ctx context.Context) (any, error) {
	if err := only(w.op, w.at, "op", "collection", "id", "key", "patch", "returning"); err != nil {
		return nil, err
	}
	returning, err := w.flag("returning")
	if err != nil {
		return nil, err
	}
	p, err := parsePatch(w.op["patch"], w.at+".patch", true)
	if err != nil {
		return nil, err
	}
	if err := w.guardPatch(p); err != nil {
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
			r, err = w.replace(ctx, r, after)
		}
	}
	if err != nil {
		return nil, err
	}
	result := map[string]any{"id": r.id, "rev": r.rev, "created": created}
	if returning {
		result["doc"] = r.shown(nil)
	}
	return result, nil
}

// insertPatched makes the document of an upsert that found none: the key's parts, the defaults, then the patch.
func (w *writer) insertPatched(ctx context.Context, p patch) (*record, error) {
	v := w.validator()
	id, byID := w.op["id"].(string)
	if !byID {
		id = w.call.IDs()
	} else if !documentID.MatchString(id) {
		v.add(w.at+".id", "ID_INVALID", "is no document id")
	}
	doc := map[string]any{}
	key, _ := w.op["key"].(map[string]any)
	for _, path := range sortedKeys(key) {
		if key[path] != nil {
			put(doc, strings.Split(path, "."), key[path])
		}
	}
	v.defaults(doc)
	if len(v.problems) > 0 {
		return nil, validationFailed(v.problems)
	}
	if err := w.scope.fill(w.t.Collection, doc, true); err != nil {
		return nil, err
	}
	after, err := w.patched(p, doc, true)
	if err != nil {
		return nil, err
	}
	v.document(after, w.at+".patch", false)
	if len(v.problems) > 0 {
		return nil, validationFailed(v.problems)
	}
	return w.add(ctx, id, after)
}

func (w *writer) remove(ctx context.Context) (any, error) {
	if err := only(w.op, w.at, "op", "collection", "id", "key", "filter", "if_rev", "max", "must_match", "returning"); err != nil {
		return nil, err
	}
	returning, err := w.flag("returning")
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
	for _, r := range found {
		if err := w.room(); err != nil {
			return nil, err
		}
		if err := w.tx.tx.Delete(ctx, w.t.stored, w.rows, r.id); err != nil {
			return nil, err
		}
	}
	result := map[string]any{"deleted": int64(len(found)), "more": more}
	if returning && most == 1 && len(found) == 1 {
		result["doc"] = found[0].shown(nil)
	}
	return result, nil
}
