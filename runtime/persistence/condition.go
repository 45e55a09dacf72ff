package persistence

import (
	"bytes"
	"slices"

	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

// conditions are what a filter says of single paths, as far as every document that matches must obey it. Of several that say
// the same kind of thing of a path the first is used to choose rows; the filter itself checks all of them.
type conditions struct {
	exact  map[string]*filter // $eq or $in
	folded map[string]*filter // $eqFold
	low    map[string]*filter // $gt, $gte
	high   map[string]*filter // $lt, $lte
	prefix map[string]*filter // $startsWith
	begins map[string]*filter // $startsWithFold
	all    int                // how many there are in all, used or not
}

func collect(f *filter) *conditions {
	c := &conditions{exact: map[string]*filter{}, folded: map[string]*filter{}, low: map[string]*filter{}, high: map[string]*filter{},
		prefix: map[string]*filter{}, begins: map[string]*filter{}}
	c.add(f)
	return c
}

func (c *conditions) add(f *filter) {
	if f.op == "and" {
		for _, s := range f.subs {
			c.add(s)
		}
		return
	}
	c.all++
	var of map[string]*filter
	switch f.op {
	case "$eq", "$in":
		of = c.exact
		// One value binds more than a list of them.
		if have := of[f.path]; have != nil && have.op == "$in" && f.op == "$eq" {
			delete(of, f.path)
		}
	case "$eqFold":
		of = c.folded
	case "$gt", "$gte":
		of = c.low
	case "$lt", "$lte":
		of = c.high
	case "$startsWith":
		of = c.prefix
	case "$startsWithFold":
		of = c.begins
	default:
		return
	}
	if of[f.path] == nil {
		of[f.path] = f
	}
}

// constant tells whether all documents that match have one and the same value at a path.
func (c *conditions) constant(path string) bool {
	f := c.exact[path]
	switch {
	case f == nil:
		return false
	case f.op == "$in":
		return len(f.values) == 1 && f.values[0] != nil
	default:
		return f.value != nil
	}
}

// bound answers the keys that a column is bound to, ascending, and the condition that does it; nil where none does. keys may be
// empty: then nothing matches. whole tells that the keys say all that the condition does.
func (c *conditions) bound(k driver.Key) (keys [][]byte, by *filter, whole bool) {
	if by = c.exact[k.Field]; by == nil {
		if by = c.folded[k.Field]; by == nil || !k.Fold {
			return nil, nil, false
		}
	}
	values := by.values
	if by.op != "$in" {
		values = []any{by.value}
	}
	whole = true
	for _, v := range values {
		_, isText := v.(string)
		if k.Fold && isText && by.op != "$eqFold" {
			whole = false // other cases have the same key
		}
		if v == nil { // null matches what is missing, too
			keys = append(keys, []byte{tagMissing}, []byte{tagNull})
		} else if key, err := keyValue(k, v, true); err == nil { // no row has a key that cannot be
			keys = append(keys, key)
		}
	}
	slices.SortFunc(keys, bytes.Compare)
	keys = slices.CompactFunc(keys, bytes.Equal)
	if keys == nil {
		keys = [][]byte{}
	}
	return keys, by, whole
}

// span is a range of keys of one column and the conditions that it stands for in whole.
type span struct {
	low, high *driver.Bound
	by        []*filter
}

// ranged answers the range that a column is held to, if the filter holds it to one.
func (c *conditions) ranged(column int, k driver.Key) (span, bool) {
	if k.Fold {
		return prefixed(column, k, c.begins[k.Field])
	}
	low, high := c.low[k.Field], c.high[k.Field]
	if low != nil && !ordinary(low.value) {
		low = nil
	}
	if high != nil && !ordinary(high.value) {
		high = nil
	}
	if low == nil && high == nil {
		return prefixed(column, k, c.prefix[k.Field])
	}
	var s span
	if low != nil {
		key, err := keyValue(k, low.value, true)
		if err != nil {
			return span{}, false
		}
		s.low, s.high = &driver.Bound{Key: column, Value: key, Open: low.op == "$gt"}, kindEnd(column, low.value)
		s.by = append(s.by, low)
	}
	if high != nil && (low == nil || sameKind(low.value, high.value)) {
		key, err := keyValue(k, high.value, true)
		if err != nil {
			return s, low != nil
		}
		s.high = &driver.Bound{Key: column, Value: key, Open: high.op == "$lt"}
		if low == nil {
			s.low = kindBegin(column, high.value)
		}
		s.by = append(s.by, high)
	}
	return s, true
}

// prefixed is the range of texts with a prefix. The key of a text begins with the key of its prefix, and no byte of UTF-8 is
// 0xff, so the range ends at the key whose last byte is one higher.
func prefixed(column int, k driver.Key, f *filter) (span, bool) {
	if f == nil {
		return span{}, false
	}
	key, err := keyValue(k, f.value, true)
	if err != nil {
		return span{}, false
	}
	end := slices.Clone(key)
	end[len(end)-1]++
	return span{low: &driver.Bound{Key: column, Value: key}, high: &driver.Bound{Key: column, Value: end, Open: true}, by: []*filter{f}}, true
}

// ordinary tells whether a value has an order among its kind.
func ordinary(v any) bool {
	switch v.(type) {
	case bool, int64, float64, string:
		return true
	}
	return false
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
