package persistence

import (
	"bytes"
	"slices"

	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

// sortPart is one part of an order that a request asks for.
type sortPart struct {
	path string
	desc bool
}

// plan says which rows a request examines, and in which order. It depends on contract and request alone, never on what is
// stored, so that every store examines and counts the same rows.
type plan struct {
	id      string // a point read by id, if hasID
	hasID   bool
	index   *driver.Index    // nil: the primary key
	ranges  [][]driver.Bound // what the bound leading columns equal: one range of rows after the other
	rng     driver.Range     // what all ranges share
	inOrder bool             // rows come in the order asked for
	sort    []sortPart       // the order asked for, without what every row has the same of
	idDesc  bool
	whole   bool // the ranges alone decide what matches: nothing is left for the filter
}

// fit is how an index serves a request.
type fit struct {
	index *driver.Index
	keys  [][][]byte // what each bound leading column may equal
	by    []*filter  // the conditions that the ranges stand for in whole
	next  *span      // range of the column after the bound ones
	order []driver.Column
	gives bool // the index gives the order asked for
	dirs  []bool
}

// makePlan chooses: a point by id or by a unique index; else the index with the most leading columns bound, then one with a
// range next, then one that gives the order, then the first of the contract; else the primary key.
func makePlan(t *target, f *filter, sort []sortPart) *plan {
	c := collect(f)
	p := &plan{}
	if by := c.exact["_id"]; by != nil && by.op == "$eq" {
		if id, ok := by.value.(string); ok {
			p.id, p.hasID, p.inOrder = id, true, true
			return p
		}
	}
	byID := p.order(c, sort)
	best, bestScore := (*fit)(nil), [4]int{}
	for i := range t.stored.Indexes {
		x := &t.stored.Indexes[i]
		fits := p.fit(t, x, c, byID)
		if fits == nil {
			continue
		}
		score := [4]int{number(fits.point()), len(fits.keys), number(fits.next != nil), number(fits.gives && (len(p.sort) > 0 || byID))}
		if score != [4]int{} && (best == nil || slices.Compare(score[:], bestScore[:]) > 0) {
			best, bestScore = fits, score
		}
	}
	if best == nil {
		p.inOrder = len(p.sort) == 0
		p.rng.Desc = p.idDesc
		p.ranges = [][]driver.Bound{nil}
		p.whole = c.all == 0
		return p
	}
	p.take(best, c)
	return p
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

// order settles what is to be ordered by: parts that all matches have the same value of decide nothing, nor do those behind
// the id. It answers whether the id itself is asked for, or is all that is left.
func (p *plan) order(c *conditions, sort []sortPart) (byID bool) {
	for _, s := range sort {
		if s.path == "_id" {
			p.idDesc = s.desc
			return true
		}
		if !c.constant(s.path) {
			p.sort = append(p.sort, s)
		}
	}
	return len(sort) > 0 && len(p.sort) == 0
}

// point tells whether at most one row can match.
func (f *fit) point() bool {
	if !f.index.Unique || len(f.keys) == 0 || len(f.keys) < len(f.index.Parts) {
		return false
	}
	return !slices.ContainsFunc(f.keys, func(k [][]byte) bool { return len(k) != 1 })
}

// fit tells how an index serves the conditions; nil if rows that match may not be in it.
func (p *plan) fit(t *target, x *driver.Index, c *conditions, byID bool) *fit {
	f := &fit{index: x}
	lists := 0
	for _, part := range x.Parts {
		keys, by, whole := c.bound(t.stored.Keys[part.Key])
		if by == nil || by.op == "$in" && lists > 0 {
			break
		}
		lists += number(by.op == "$in")
		f.keys = append(f.keys, keys)
		if whole {
			f.by = append(f.by, by)
		}
	}
	if n := len(f.keys); n < len(x.Parts) {
		if s, ok := c.ranged(x.Parts[n].Key, t.stored.Keys[x.Parts[n].Key]); ok {
			f.next = &s
			f.by = append(f.by, s.by...)
		}
	}
	if x.Unique && x.Sparse && !f.present() {
		return nil
	}
	f.gives = f.ordered(t, p.sort, byID)
	if !f.gives || len(p.sort) == 0 {
		f.order = nil
		for _, part := range x.Parts[len(f.keys):] {
			f.order = append(f.order, driver.Column(part))
		}
	}
	return f
}

// present tells whether rows that match miss no part of the index. Ranges never reach what is missing.
func (f *fit) present() bool {
	if len(f.keys)+number(f.next != nil) < len(f.index.Parts) {
		return false
	}
	missing := []byte{tagMissing}
	return !slices.ContainsFunc(f.keys, func(keys [][]byte) bool {
		return slices.ContainsFunc(keys, func(k []byte) bool { return bytes.Equal(k, missing) })
	})
}

// ordered tells whether the index gives the order asked for, read forward or backward: the columns that are bound to several
// values first, then those behind the bound ones, then the id. It settles the directions.
func (f *fit) ordered(t *target, sort []sortPart, byID bool) bool {
	f.dirs = make([]bool, len(f.keys))
	backward, at := false, 0
	agrees := func(part driver.Part) bool {
		k := t.stored.Keys[part.Key]
		if at == len(sort) || k.Field != sort[at].path || k.Fold {
			return false
		}
		turned := part.Desc != sort[at].desc
		if at == 0 {
			backward = turned
		}
		at++
		return turned == backward
	}
	for i, keys := range f.keys {
		part := f.index.Parts[i]
		f.dirs[i] = part.Desc
		if len(keys) < 2 {
			continue
		}
		if len(sort) == 0 && !byID {
			continue
		}
		if !agrees(part) {
			return false
		}
		f.dirs[i] = sort[at-1].desc
	}
	if len(sort) == 0 {
		return !byID || len(f.keys) == len(f.index.Parts)
	}
	for _, part := range f.index.Parts[len(f.keys):] {
		if at == len(sort) {
			break
		}
		if !agrees(part) {
			return false
		}
		f.order = append(f.order, driver.Column{Key: part.Key, Desc: sort[at-1].desc})
	}
	return at == len(sort)
}

// take makes the plan of the chosen index.
func (p *plan) take(f *fit, c *conditions) {
	p.index = f.index
	p.inOrder = f.gives || f.point()
	p.rng.Order, p.rng.Desc = f.order, p.idDesc && f.gives
	if f.next != nil {
		p.rng.Low, p.rng.High = f.next.low, f.next.high
	}
	if f.index.Unique && f.index.Sparse {
		for _, part := range f.index.Parts {
			p.rng.Present = append(p.rng.Present, part.Key)
		}
	}
	p.ranges = [][]driver.Bound{nil}
	for i, keys := range f.keys {
		keys = slices.Clone(keys)
		if f.dirs[i] {
			slices.Reverse(keys)
		}
		var longer [][]driver.Bound
		for _, r := range p.ranges {
			for _, key := range keys {
				longer = append(longer, append(slices.Clone(r), driver.Bound{Key: f.index.Parts[i].Key, Value: key}))
			}
		}
		p.ranges = longer
	}
	used := map[*filter]bool{}
	for _, by := range f.by {
		used[by] = true
	}
	p.whole = len(used) == c.all
}
