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

// add stores a new document that was checked. Its fields stand at a JSONPath.
func (w *writer) add(ctx context.Context, id string, doc map[string]any, at string) (*record, error) {
	now := w.call.Now.UnixMilli()
	r := &record{id: id, rev: 1, created: now, updated: now, doc: doc}
	d, err := w.row(r, at)
	if err != nil {
		return nil, err
	}
	if err := w.room(); err != nil {
		return nil, err
	}
	if err := w.account(ctx, w.t, w.rows, amount{1, int64(len(d.Doc))}); err != nil {
		return nil, err
	}
	err = w.tx.tx.Insert(ctx, w.t.stored, w.rows, d)
	if errors.Is(err, driver.ErrUnique) {
		return nil, w.conflict(ctx, r, d, true, err)
	}
	err = w.fresh(ctx, err)
	r.size = len(d.Doc)
	return r, err
}

// replace stores a changed document; one that did not change keeps its revision, and is answered as it was.
func (w *writer) replace(ctx context.Context, r *record, after map[string]any, at string) (*record, error) {
	if canonical.Equal(r.doc, after) {
		return r, nil
	}
	next := &record{id: r.id, rev: r.rev + 1, created: r.created, updated: w.call.Now.UnixMilli(), doc: after}
	d, err := w.row(next, at)
	if err != nil {
		return nil, err
	}
	if err := w.room(); err != nil {
		return nil, err
	}
	if err := w.account(ctx, w.t, w.rows, amount{0, int64(len(d.Doc) - r.size)}); err != nil {
		return nil, err
	}
	next.size = len(d.Doc)
	err = w.tx.tx.Update(ctx, w.t.stored, w.rows, d)
	if errors.Is(err, driver.ErrUnique) {
		return nil, w.conflict(ctx, next, d, false, err)
	}
	return next, w.fresh(ctx, err)
}

// fresh reads the catalogue anew where the table has got key columns meanwhile; the same work may then be done again.
func (w *writer) fresh(ctx context.Context, err error) error {
	if !errors.Is(err, driver.ErrStale) {
		return err
	}
	if failed := w.view.catalog.refresh(ctx); failed != nil {
		return failed
	}
	return errors.Join(driver.ErrConflict, err)
}

// row makes the stored form of a record, with its keys.
func (w *writer) row(r *record, at string) (*driver.Document, error) {
	d := &driver.Document{ID: r.id, Rev: r.rev, Created: r.created, Updated: r.updated, Doc: encode(r.doc)}
	if len(d.Doc) > w.opts.MaxDocument {
		return nil, &fault.ValueError{Code: fault.ValueDocumentTooLarge, Message: "the document is too large",
			Details: map[string]any{"size": int64(len(d.Doc)), "limit": int64(w.opts.MaxDocument)}}
	}
	v := &validator{}
	for _, k := range w.t.stored.Keys {
		key, err := keyOf(k, r)
		if err != nil {
			v.addOnce(at+"."+k.Field, fault.Code(err.Error()), "cannot be part of an index")
		}
		d.Keys = append(d.Keys, key)
	}
	return d, v.verdict()
}

// conflict names the first index, in contract order, in which another row has the key of this one; _id before all.
func (w *writer) conflict(ctx context.Context, r *record, d *driver.Document, inserting bool, cause error) error {
	name := ""
	if inserting {
		same, err := w.tx.tx.Get(ctx, w.t.stored, w.rows, r.id)
		if err != nil {
			return err
		}
		if same != nil {
			name = "_id"
		}
	}
	for i := range w.t.Indexes {
		if x := &w.t.Indexes[i]; name == "" && x.Unique {
			taken, err := w.taken(ctx, x, d)
			if err != nil {
				return err
			}
			if taken {
				name = x.Name
			}
		}
	}
	if name == "" {
		return &broken{cause} // no index of the contract: the store holds one that nobody declared
	}
	return &fault.ValueError{Code: fault.ValueUniqueConflict, Message: "another document has this key", Details: map[string]any{"index": name}}
}

func (w *writer) taken(ctx context.Context, x *data.Index, d *driver.Document) (taken bool, err error) {
	rng := &driver.Range{Limit: 2}
	for _, part := range x.Parts {
		column := w.t.column(driver.Key{Field: part.Field, Fold: part.Fold})
		key := d.Keys[column]
		if x.Sparse {
			if key[0] == tagMissing {
				return false, nil // such a row is not in the index
			}
			rng.Present = append(rng.Present, column)
		}
		rng.Equal = append(rng.Equal, driver.Bound{Key: column, Value: key})
	}
	err = w.tx.tx.Scan(ctx, w.t.stored, w.rows, rng, func(other *driver.Document) (bool, error) {
		taken = other.ID != d.ID
		return !taken, nil
	})
	return taken, err
}

// column answers which column keeps a key.
func (t *target) column(k driver.Key) int {
	for i, have := range t.stored.Keys {
		if have == k {
			return i
		}
	}
	panic("persistence: an index without its key column") // Ensure makes one for each part
}

// topOf is the path of the document or patch that holds a change.
func topOf(c *change) string { return strings.TrimSuffix(c.at, "."+c.path) }
