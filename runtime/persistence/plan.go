package persistence

import (
	"slices"

	"github.com/mozaiks/mozaiks/contracts/data"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

// sortPart is one part of an order that a request asks for.
type sortPart struct {
	path string
	desc bool
}

// plan says which rows a request examines, and in which order. It depends on contract and request alone.
type plan struct {
	id       string // a point read by id, if hasID
	hasID    bool
	index    *driver.Index // nil: the primary key
	rng      driver.Range
	inOrder  bool // rows come in the order asked for
	sort     []sortPart
	idDesc   bool
	complete bool // the range alone decides what matches: nothing is left for the filter
}

// bounds are what a filter says of single paths, as far as every document that matches must obey it.
type bounds struct {
	equal map[string]any
	low   map[string]*filter
	high  map[string]*filter
	used  int // how many conditions the filter has in all
}

func collect(f *filter) *bounds {
	b := &bounds{equal: map[string]any{}, low: map[string]*filter{}, high: map[string]*filter{}}
	b.add(f)
	return b
}

func (b *bounds) add(f *filter) {
	if f.op == "and" {
		for _, s := range f.subs {
			b.add(s)
		}
		return
	}
	b.used++
	switch f.op {
	case "$eq":
		if _, twice := b.equal[f.path]; !twice {
			b.equal[f.path] = f.value
		}
	case "$gt", "$gte":
		if b.low[f.path] == nil {
			b.low[f.path] = f
		}
	case "$lt", "$lte":
		if b.high[f.path] == nil {
			b.high[f.path] = f
		}
	}
}

// makePlan chooses: a point by id or unique index; else the index with the most leading parts bound, then one with a range
// next, then one that gives the order, then the first of the contract; else the primary key.
func makePlan(t *target, f *filter, sort []sortPart) *plan {
	b := collect(f)
	p := &plan{sort: sort}
	if v, ok := b.equal["_id"].(string); ok {
		p.id, p.hasID = v, true
		return p
	}
	best, bestScore := -1, [3]int{}
	for i := range t.stored.Indexes {
		score := scoreIndex(t, &t.stored.Indexes[i], b, sort)
		if score[0]+score[1]+score[2] > 0 && (best < 0 || slices.Compare(score[:], bestScore[:]) > 0) {
			best, bestScore = i, score
		}
	}
	if best < 0 {
		p.inOrder = len(sort) == 0 || len(sort) == 1 && sort[0].path == "_id"
		p.idDesc = len(sort) == 1 && sort[0].desc && p.inOrder
		p.rng.Desc = p.idDesc
		p.complete = b.used == 0
		return p
	}
	p.index = &t.stored.Indexes[best]
	p.bind(t, b)
	return p
}

func scoreIndex(t *target, x *driver.Index, b *bounds, sort []sortPart) [3]int {
	if x.Sparse && x.Unique {
		return [3]int{} // rows that miss a part are not in it
	}
	n := boundParts(t, x, b)
	score := [3]int{n, 0, 0}
	if n < len(x.Parts) {
		if path := t.stored.Keys[x.Parts[n].Key].Field; usableRange(b, path) && !t.stored.Keys[x.Parts[n].Key].Fold {
			score[1] = 1
		}
	}
	if givesOrder(t, x, n, sort) && len(sort) > 0 {
		score[2] = 1
	}
	return score
}

func usableRange(b *bounds, path string) bool {
	return b.low[path] != nil && scalar(b.low[path].value) || b.high[path] != nil && scalar(b.high[path].value)
}

// boundParts counts the leading parts that the filter binds by equality.
func boundParts(t *target, x *driver.Index, b *bounds) int {
	for i, part := range x.Parts {
		k := t.stored.Keys[part.Key]
		v, ok := b.equal[k.Field]
		if !ok || k.Fold || !scalar(v) {
			return i
		}
	}
	return len(x.Parts)
}

func scalar(v any) bool {
	switch s := v.(type) {
	case nil, bool, int64, float64:
		return true
	case string:
		return len(s) < keyMax
	}
	return false
}

// givesOrder tells whether the parts behind the bound ones give the order asked for, forward or backward.
func givesOrder(t *target, x *driver.Index, bound int, sort []sortPart) bool {
	rest := x.Parts[bound:]
	if len(sort) == 0 || len(sort) > len(rest) {
		return len(sort) == 0
	}
	backward := false
	for i, s := range sort {
		k := t.stored.Keys[rest[i].Key]
		if k.Field != s.path || k.Fold {
			return false
		}
		if b := rest[i].Desc != s.desc; i == 0 {
			backward = b
		} else if b != backward {
			return false
		}
	}
	return true
}

// bind makes the key range of the chosen index.
func (p *plan) bind(t *target, b *bounds) {
	n := boundParts(t, p.index, b)
	used := n
	for _, part := range p.index.Parts[:n] {
		k := t.stored.Keys[part.Key]
		v := b.equal[k.Field]
		if v == nil { // null matches what is missing too: a range, not one key
			p.rng.Low, p.rng.High = &driver.Bound{Key: part.Key, Value: []byte{tagMissing}}, &driver.Bound{Key: part.Key, Value: []byte{tagNull}}
			p.inOrder = len(p.sort) == 0
			p.defaultOrder(t, 0)
			return
		}
		value, _ := keyValue(k, v, true) // scalar checked before
		p.rng.Equal = append(p.rng.Equal, driver.Bound{Key: part.Key, Value: value})
	}
	if n < len(p.index.Parts) {
		used += p.bindRange(t, b, p.index.Parts[n])
	}
	ok := givesOrder(t, p.index, n, p.sort)
	p.inOrder = ok
	if ok && len(p.sort) > 0 {
		for i, s := range p.sort {
			p.rng.Order = append(p.rng.Order, driver.Column{Key: p.index.Parts[n+i].Key, Desc: s.desc})
		}
	} else {
		p.defaultOrder(t, n)
	}
	p.complete = used == b.used
}

// defaultOrder is the index's own, where the request asks for none.
func (p *plan) defaultOrder(_ *target, bound int) {
	for _, part := range p.index.Parts[bound:] {
		p.rng.Order = append(p.rng.Order, driver.Column(part))
	}
}

// bindRange bounds the part after the bound ones, and answers how many conditions that covers.
func (p *plan) bindRange(t *target, b *bounds, part driver.Part) (used int) {
	k := t.stored.Keys[part.Key]
	if k.Fold {
		return 0
	}
	low, high := b.low[k.Field], b.high[k.Field]
	if low != nil && scalar(low.value) {
		value, _ := keyValue(k, low.value, true)
		p.rng.Low = &driver.Bound{Key: part.Key, Value: value, Open: low.op == "$gt"}
		p.rng.High = kindEnd(part.Key, low.value)
		used++
	}
	if high != nil && scalar(high.value) {
		value, _ := keyValue(k, high.value, true)
		p.rng.High = &driver.Bound{Key: part.Key, Value: value, Open: high.op == "$lt"}
		if p.rng.Low == nil {
			p.rng.Low = kindBegin(part.Key, high.value)
		} else if !sameKind(low.value, high.value) {
			return 0 // nothing matches; the filter says so
		}
		used++
	}
	return used
}

// kindBegin and kindEnd bound a range to the kind of its other end: order compares one kind only.
func kindBegin(key int, v any) *driver.Bound {
	switch v.(type) {
	case string:
		return &driver.Bound{Key: key, Value: []byte{tagString}}
	case bool:
		return &driver.Bound{Key: key, Value: []byte{tagFalse}}
	default:
		return &driver.Bound{Key: key, Value: []byte{tagNumber}}
	}
}

func kindEnd(key int, v any) *driver.Bound {
	switch v.(type) {
	case string:
		return &driver.Bound{Key: key, Value: []byte{tagString + 1}, Open: true}
	case bool:
		return &driver.Bound{Key: key, Value: []byte{tagTrue}}
	default:
		return &driver.Bound{Key: key, Value: []byte{tagNumber + 1}, Open: true}
	}
}

// indexByKey finds the unique index whose parts are exactly the keys of a request's `key`.
func indexByKey(c *data.Collection, key map[string]any) *data.Index {
	for i := range c.Indexes {
		x := &c.Indexes[i]
		if !x.Unique || len(x.Parts) != len(key) {
			continue
		}
		all := true
		for _, part := range x.Parts {
			_, there := key[part.Field]
			all = all && there
		}
		if all {
			return x
		}
	}
	return nil
}
