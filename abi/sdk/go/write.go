package mozaiks

// Target says which documents a change is for.
type Target struct {
	id     string
	key    Key
	filter Filter
}

// ID aims at the document with that id.
func ID(id string) Target { return Target{id: id} }

// ByKey aims at the document with that unique key.
func ByKey(key Key) Target { return Target{key: key} }

// Where aims at the documents that the filter matches. An empty filter needs [ChangeOptions.Max].
func Where(filter Filter) Target {
	if filter == nil {
		filter = Filter{}
	}
	return Target{filter: filter}
}

// ChangeOptions narrow an update, a replacement or a deletion.
type ChangeOptions struct {
	// IfRev is the revision that the document must have; another is revision_conflict. 0 means any.
	IfRev int64
	// Max is how many documents to change, up to 1,000. 0 means 1.
	Max int
	// MustMatch makes it not_found if nothing matches.
	MustMatch bool
	// Returning asks for the document after the change, or before its deletion. Not with a Max above 1.
	Returning bool
}

// Op is one change of a batch. It is made by the collection's functions InsertOp to DeleteOp.
type Op struct {
	Op         string `json:"op"`
	Collection string `json:"collection"`
	ID         string `json:"id,omitempty"`
	Key        Key    `json:"key,omitempty"`
	Filter     Filter `json:"filter,omitzero"`
	Doc        any    `json:"doc,omitempty"`
	Patch      Patch  `json:"patch,omitzero"`
	IfRev      int64  `json:"if_rev,omitempty"`
	Max        int    `json:"max,omitempty"`
	MustMatch  bool   `json:"must_match,omitempty"`
	Returning  bool   `json:"returning,omitempty"`
}

// Result is what became of one [Op]. The members that its kind does not answer are zero.
type Result struct {
	ID       string  `json:"id"`
	Rev      int64   `json:"rev"`
	Matched  int     `json:"matched"`  // update
	Modified int     `json:"modified"` // update; less than Matched where the patch changed nothing
	Created  bool    `json:"created"`  // upsert
	Deleted  int     `json:"deleted"`  // delete
	More     bool    `json:"more"`     // update, delete: others match
	Doc      RawJSON `json:"doc"`      // update, delete with Returning
}

// Write makes up to 100 changes, in order, all or none. On an error none of them remains, and the details' "index" names the
// one that failed; the call may go on.
func (c Context) Write(ops ...Op) ([]Result, error) {
	type request struct {
		Ops []Op `json:"ops"`
	}
	type results struct {
		Results []Result `json:"results"`
	}
	a, err := call[results](c, opDataWrite, request{ops})
	if err == nil && len(a.Results) != len(ops) {
		err = &Error{Code: CodeInternal, Message: "the host did not answer each change"}
	}
	return a.Results, err
}

func (t Target) op(kind, collection string, o *ChangeOptions) Op {
	op := Op{Op: kind, Collection: collection, ID: t.id, Key: t.key, Filter: t.filter}
	if o != nil {
		op.IfRev, op.Max, op.MustMatch, op.Returning = o.IfRev, o.Max, o.MustMatch, o.Returning
	}
	return op
}

// InsertOp adds a document under an id that the host makes, or under the given one unless it is empty.
func (c Collection[T]) InsertOp(id string, doc T) Op {
	return Op{Op: "insert", Collection: c.name, ID: id, Doc: doc}
}

// UpdateOp patches documents. options may be nil.
func (c Collection[T]) UpdateOp(target Target, patch Patch, options *ChangeOptions) Op {
	op := target.op("update", c.name, options)
	op.Patch = patch
	return op
}

// ReplaceOp puts a document in the place of those that match. options may be nil.
func (c Collection[T]) ReplaceOp(target Target, doc T, options *ChangeOptions) Op {
	op := target.op("update", c.name, options)
	op.Doc = doc
	return op
}

// UpsertOp patches the document of an id or key, or makes it.
func (c Collection[T]) UpsertOp(target Target, patch Patch) Op {
	op := target.op("upsert", c.name, nil)
	op.Patch = patch
	return op
}

// DeleteOp removes documents. options may be nil.
func (c Collection[T]) DeleteOp(target Target, options *ChangeOptions) Op {
	return target.op("delete", c.name, options)
}

// Insert adds a document under an id that the host makes.
func (c Collection[T]) Insert(ctx Context, doc T) (Result, error) {
	return c.write(ctx, c.InsertOp("", doc))
}

// InsertAs adds a document under the given id.
func (c Collection[T]) InsertAs(ctx Context, id string, doc T) (Result, error) {
	return c.write(ctx, c.InsertOp(id, doc))
}

// Update patches documents. options may be nil.
func (c Collection[T]) Update(ctx Context, target Target, patch Patch, options *ChangeOptions) (Result, error) {
	return c.write(ctx, c.UpdateOp(target, patch, options))
}

// Replace puts a document in the place of those that match. options may be nil.
func (c Collection[T]) Replace(ctx Context, target Target, doc T, options *ChangeOptions) (Result, error) {
	return c.write(ctx, c.ReplaceOp(target, doc, options))
}

// Upsert patches the document of an id or key, or makes it.
func (c Collection[T]) Upsert(ctx Context, target Target, patch Patch) (Result, error) {
	return c.write(ctx, c.UpsertOp(target, patch))
}

// Delete removes documents. options may be nil.
func (c Collection[T]) Delete(ctx Context, target Target, options *ChangeOptions) (Result, error) {
	return c.write(ctx, c.DeleteOp(target, options))
}

func (c Collection[T]) write(ctx Context, op Op) (Result, error) {
	results, err := ctx.Write(op)
	if err != nil {
		return Result{}, err
	}
	return results[0], nil
}
