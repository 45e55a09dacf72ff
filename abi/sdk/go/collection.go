package mozaiks

import "iter"

// Collection is a collection of documents that the app's data contract gives this module, read and written as T. Its scope,
// the tenant and perhaps the workspace or user of the call, is the host's to know.
type Collection[T any] struct{ name string }

// NewCollection names a collection. It may stand in a package variable: it holds the name alone.
func NewCollection[T any](name string) Collection[T] { return Collection[T]{name} }

// Name answers the collection's name.
func (c Collection[T]) Name() string { return c.name }

// Key is a document's unique key: exactly the parts of one unique index.
type Key map[string]any

type getRequest struct {
	Collection string   `json:"collection"`
	ID         string   `json:"id,omitempty"`
	IDs        []string `json:"ids,omitzero"`
	Key        Key      `json:"key,omitempty"`
	Fields     []string `json:"fields,omitempty"`
}

// Get answers the document with that id; found is false if there is none. With fields, only those paths are read.
func (c Collection[T]) Get(ctx Context, id string, fields ...string) (doc Doc[T], found bool, err error) {
	return c.one(ctx, getRequest{Collection: c.name, ID: id, Fields: fields})
}

// GetBy answers the document with that unique key; found is false if there is none. With fields, only those paths are read.
func (c Collection[T]) GetBy(ctx Context, key Key, fields ...string) (doc Doc[T], found bool, err error) {
	return c.one(ctx, getRequest{Collection: c.name, Key: key, Fields: fields})
}

func (c Collection[T]) one(ctx Context, request getRequest) (doc Doc[T], found bool, err error) {
	type answer struct {
		Doc *Doc[T] `json:"doc"`
	}
	a, err := call[answer](ctx, opDataGet, request)
	if err != nil || a.Doc == nil {
		return doc, false, err
	}
	return *a.Doc, true, nil
}

// GetMany answers up to 100 documents in the order of their ids; nil stands for one that is not there.
func (c Collection[T]) GetMany(ctx Context, ids []string, fields ...string) ([]*Doc[T], error) {
	type answer struct {
		Docs []*Doc[T] `json:"docs"`
	}
	a, err := call[answer](ctx, opDataGet, getRequest{Collection: c.name, IDs: append([]string{}, ids...), Fields: fields})
	return a.Docs, err
}

// Order is one part of a query's order.
type Order struct {
	Path string
	Down bool
}

// Asc orders by a path, smallest first.
func Asc(path string) Order { return Order{Path: path} }

// Desc orders by a path, greatest first.
func Desc(path string) Order { return Order{Path: path, Down: true} }

// Query says which documents, in which order, and which page of them. The zero value is the first page of all.
type Query struct {
	Filter Filter
	Sort   []Order  // up to 4; the id breaks ties
	Limit  int      // 1 to 100; 0 means the host's default, 50
	Cursor string   // of the page before; empty for the first
	Fields []string // the paths to read; empty for all
}

type queryRequest struct {
	Collection string   `json:"collection"`
	Filter     Filter   `json:"filter,omitempty"`
	Sort       [][2]any `json:"sort,omitempty"`
	Limit      int      `json:"limit,omitempty"`
	Cursor     string   `json:"cursor,omitempty"`
	Fields     []string `json:"fields,omitempty"`
}

// Page is a part of a query's documents.
type Page[T any] struct {
	Docs       []Doc[T] `json:"docs"`
	NextCursor string   `json:"next_cursor"` // empty on the last page
}

// Query answers one page. A page may be shorter than the limit and yet have another behind it.
func (c Collection[T]) Query(ctx Context, q Query) (Page[T], error) {
	request := queryRequest{Collection: c.name, Filter: q.Filter, Limit: q.Limit, Cursor: q.Cursor, Fields: q.Fields}
	for _, o := range q.Sort {
		direction := 1
		if o.Down {
			direction = -1
		}
		request.Sort = append(request.Sort, [2]any{o.Path, direction})
	}
	return call[Page[T]](ctx, opDataQuery, request)
}

// All goes through the documents of all pages from q.Cursor on, and ends with an error if there is one.
func (c Collection[T]) All(ctx Context, q Query) iter.Seq2[Doc[T], error] {
	return func(yield func(Doc[T], error) bool) {
		for {
			page, err := c.Query(ctx, q)
			if err != nil {
				yield(Doc[T]{}, err)
				return
			}
			for _, doc := range page.Docs {
				if !yield(doc, nil) {
					return
				}
			}
			if q.Cursor = page.NextCursor; q.Cursor == "" {
				return
			}
		}
	}
}

// Counted is how many documents a filter matches. Capped: there are more than were counted.
type Counted struct {
	Count  int64 `json:"count"`
	Capped bool  `json:"capped"`
}

// Count counts the documents that the filter matches, up to a limit of 1 to 100,000; 0 means the host's default, 10,000.
func (c Collection[T]) Count(ctx Context, filter Filter, limit int) (Counted, error) {
	type request struct {
		Collection string `json:"collection"`
		Filter     Filter `json:"filter,omitempty"`
		Cap        int    `json:"cap,omitempty"`
	}
	return call[Counted](ctx, opDataCount, request{c.name, filter, limit})
}
