package persistencetest

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/mozaiks/mozaiks/contracts/data"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/persistence"
)

// oracle answers queries by looking at every document, without plan, index or cursor.
type oracle struct {
	c    *data.Collection
	own  map[string]string // identities, which are the caller's whatever a document says
	docs []map[string]any  // as they are read, with numbers exact
}

// exactly reads a JSON text with numbers as *big.Rat of the value that is stored: an int64, or the nearest binary64.
func exactly(text string) (any, error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	return exact(v)
}

func exact(v any) (_ any, err error) {
	switch v := v.(type) {
	case json.Number:
		if n, ok := new(big.Int).SetString(v.String(), 10); ok {
			return new(big.Rat).SetInt(n), nil
		}
		f, err := strconv.ParseFloat(v.String(), 64)
		if err != nil {
			return nil, err
		}
		return new(big.Rat).SetFloat64(f), nil
	case []any:
		for i := range v {
			if v[i], err = exact(v[i]); err != nil {
				return nil, err
			}
		}
	case map[string]any:
		for k := range v {
			if v[k], err = exact(v[k]); err != nil {
				return nil, err
			}
		}
	}
	return v, nil
}

// at answers the value at a path, absent{} if there is none.
func (o *oracle) at(doc map[string]any, path string) any {
	var v any = doc
	for name := range strings.SplitSeq(path, ".") {
		object, ok := v.(map[string]any)
		if !ok {
			return absent{}
		}
		if v, ok = object[name]; !ok {
			return absent{}
		}
	}
	return v
}

func order(a, b any) int {
	if c := cmp.Compare(exactRank(a), exactRank(b)); c != 0 {
		return c
	}
	switch x := a.(type) {
	case *big.Rat:
		return x.Cmp(b.(*big.Rat))
	case string:
		return strings.Compare(x, b.(string))
	case []any:
		return slices.CompareFunc(x, b.([]any), order)
	case map[string]any:
		y := b.(map[string]any)
		flat := func(m map[string]any) (out []any) {
			for _, k := range slices.Sorted(maps.Keys(m)) {
				out = append(out, k, m[k])
			}
			return out
		}
		return slices.CompareFunc(flat(x), flat(y), order)
	}
	return 0
}

func exactRank(v any) int {
	if _, number := v.(*big.Rat); number {
		return rank(0.0)
	}
	return rank(v)
}

// alikeValues is the equality of filters: null and what is absent are one.
func alikeValues(a, b any) bool {
	if max(exactRank(a), 1) == 1 || max(exactRank(b), 1) == 1 {
		return max(exactRank(a), 1) == max(exactRank(b), 1)
	}
	return order(a, b) == 0
}

// folded brings all cases of a text to one.
func folded(s string) string {
	return strings.Map(func(r rune) rune {
		least := r
		for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
			least = min(least, next)
		}
		return least
	}, s)
}

// holds evaluates a filter that the stores took.
func (o *oracle) holds(filter map[string]any, doc map[string]any) bool {
	for key, v := range filter {
		var ok bool
		switch key {
		case "$and", "$or":
			some := func(f any) bool { return o.holds(f.(map[string]any), doc) == (key == "$or") }
			ok = slices.ContainsFunc(v.([]any), some) == (key == "$or")
		case "$not":
			ok = !o.holds(v.(map[string]any), doc)
		default:
			have := o.at(doc, key)
			if mine, settled := o.own[key]; settled {
				have = mine
			}
			ok = o.passes(key, have, v)
		}
		if !ok {
			return false
		}
	}
	return true
}

// passes compares the value at a path with a literal, or an object of operators.
func (o *oracle) passes(path string, have, test any) bool {
	operators, isObject := test.(map[string]any)
	if isObject {
		for op := range operators {
			isObject = strings.HasPrefix(op, "$")
		}
	}
	if !isObject || len(operators) == 0 {
		return alikeValues(have, o.stored(path, test))
	}
	for op, want := range operators {
		if !o.compare(op, have, want, path) {
			return false
		}
	}
	return true
}

// stored brings a text that is compared with datetimes into the form of those.
func (o *oracle) stored(path string, v any) any {
	s, isText := v.(string)
	f := o.c.Field(path)
	if isText && (path == "_created_at" || path == "_updated_at" || f != nil && (f.Type == "datetime" || f.Items == "datetime")) {
		if t, ok := data.Stored("datetime", s); ok {
			return t
		}
	}
	return v
}

func (o *oracle) compare(op string, have, want any, path string) bool {
	among := func(list []any, v any) bool {
		return slices.ContainsFunc(list, func(x any) bool { return alikeValues(v, o.stored(path, x)) })
	}
	text, isText := have.(string)
	switch op {
	case "$exists":
		return (have != any(absent{})) == want.(bool)
	case "$in":
		return among(want.([]any), have)
	case "$nin":
		return !among(want.([]any), have)
	case "$startsWith":
		return isText && strings.HasPrefix(text, o.stored(path, want).(string))
	case "$eqFold":
		return isText && folded(text) == folded(want.(string))
	case "$startsWithFold":
		return isText && strings.HasPrefix(folded(text), folded(want.(string)))
	case "$contains", "$containsAny":
		list, _ := have.([]any)
		return slices.ContainsFunc(list, func(x any) bool {
			if op == "$contains" {
				return alikeValues(x, o.stored(path, want))
			}
			return among(want.([]any), x)
		})
	}
	want = o.stored(path, want)
	switch op {
	case "$eq":
		return alikeValues(have, want)
	case "$ne":
		return !alikeValues(have, want)
	}
	kind := func(v any) int { return map[int]int{2: 1, 3: 1, 4: 2, 5: 3}[exactRank(v)] } // booleans, numbers, texts
	if kind(have) == 0 || kind(have) != kind(want) {
		return false
	}
	c := order(have, want)
	return map[string]bool{"$gt": c > 0, "$gte": c >= 0, "$lt": c < 0, "$lte": c <= 0}[op]
}

// For each collection so many documents are added, and so many queries asked.
const added, asked = 30, 12

// judge fills every collection with more documents of one caller, and holds queries of these to what they say.
func (d *differ) judge() error {
	w := callers()[0]
	sum := sha256.Sum256(fmt.Append(nil, d.draw.said, d.tally.Operations))
	for i, c := range d.contract.Collections {
		d.draw.left = DifferSeed(binary.LittleEndian.Uint64(sum[:]) + uint64(i))
		d.draw.choose(c)
		if err := d.add(w, c); err != nil {
			return err
		}
		_, pages, err := d.all(w, c)
		if err != nil {
			return err
		}
		o := &oracle{c: c, own: map[string]string{"app_id": d.app}}
		if c.Tenancy != data.AppWide {
			o.own["tenant_id"] = w.tenant
		}
		switch c.Tenancy {
		case data.PerUser:
			o.own[c.OwnerField] = w.user
		case data.PerWorkspace:
			o.own[c.OwnerField] = w.workspace
		}
		for _, page := range pages {
			v, err := exactly(page)
			if err != nil {
				return err
			}
			for _, doc := range v.(map[string]any)["docs"].([]any) {
				o.docs = append(o.docs, doc.(map[string]any))
			}
		}
		for range asked {
			if err := d.query(o, w); err != nil {
				return fmt.Errorf("%w\nthe documents: %s", err, pages)
			}
		}
	}
	return nil
}

// add inserts documents on every peer, as far as they fit.
func (d *differ) add(w who, c *data.Collection) error {
	requests := make([]string, added)
	for i := range requests {
		requests[i] = fmt.Sprintf(`{"ops": [{"op": "insert", "collection": %q, "doc": %s}]}`, c.Name, d.draw.document(c))
	}
	answers := make([]string, len(d.peers))
	for i, store := range d.wide {
		tx, err := store.Begin(d.ctx, persistence.ReadWrite, persistence.Whose{App: d.app, Tenant: w.tenant, Workspace: w.workspace, User: w.user})
		if err != nil {
			return err
		}
		next := 0
		session := tx.Session(d.cats[i].View(c.Module), persistence.Call{Module: c.Module, Operator: true, Now: d.now, IDs: func() string { next++; return fmt.Sprint("more_", next) }})
		for _, r := range requests {
			answer, err := session.Do(d.ctx, "data_write", []byte(r))
			var value *fault.ValueError
			if errors.As(err, &value) {
				answer = []byte(refusal(value))
			} else if err != nil {
				tx.Rollback()
				return fmt.Errorf("%s: %s: %w", d.peers[i].Name, r, err)
			}
			answers[i] += string(answer) + "\n"
		}
		if err := tx.Commit(d.ctx); err != nil {
			return err
		}
	}
	return d.same("more documents of "+c.Name, answers)
}

// query walks a query on every peer, and counts what it finds. What a peer refuses is left out.
func (d *differ) query(o *oracle, w who) error {
	filter := d.draw.filter(2)
	var paths, sorts []string
	var ways []int
	for range d.draw.n(4) {
		path, way := d.draw.path(), 1-2*d.draw.n(2)
		paths, ways = append(paths, path), append(ways, way)
		sorts = append(sorts, fmt.Sprintf(`[%s, %d]`, text(path), way))
	}
	request := fmt.Sprintf(`{"collection": %q, "filter": %s, "sort": [%s], "limit": %d, "fields": []`, o.c.Name, filter, strings.Join(sorts, ", "), 1+d.draw.n(9))
	v, err := exactly(filter)
	if err != nil {
		return nil //nolint:nilerr // nothing that the stores take
	}
	sorted := slices.Clone(o.docs)
	slices.SortFunc(sorted, func(a, b map[string]any) int {
		for i, path := range paths {
			if c := order(o.at(a, path), o.at(b, path)); c != 0 {
				return c * ways[i]
			}
		}
		return strings.Compare(a["_id"].(string), b["_id"].(string))
	})
	for i, p := range d.peers {
		ids, count, err := d.walk(i, w, o.c, filter, request)
		if err != nil || count < 0 {
			return err
		}
		want := []string{}
		for _, doc := range sorted {
			if o.holds(v.(map[string]any), doc) {
				want = append(want, doc["_id"].(string))
			}
		}
		d.tally.Judged++
		if len(paths) == 0 { // the order is that of whatever index serves
			slices.Sort(ids)
		}
		if !slices.Equal(ids, want) || count != len(want) {
			return fmt.Errorf("%s: %s}: answers %q and counts %d, want %q", p.Name, request, ids, count, want)
		}
	}
	return nil
}

// walk answers the ids of all pages of a query, and the count of its filter; -1 if a peer refuses.
func (d *differ) walk(i int, w who, c *data.Collection, filter, request string) (ids []string, count int, err error) {
	tx, err := d.wide[i].Begin(d.ctx, persistence.ReadOnly, persistence.Whose{App: d.app, Tenant: w.tenant, Workspace: w.workspace, User: w.user})
	if err != nil {
		return nil, 0, err
	}
	defer tx.Rollback()
	do := func(op, request string) ([]byte, bool) {
		answer, err := tx.Session(d.cats[i].View(c.Module), persistence.Call{Module: c.Module, Now: d.now}).Do(d.ctx, op, []byte(request))
		return answer, err == nil
	}
	var counted struct{ Count int }
	answer, ok := do("data_count", fmt.Sprintf(`{"collection": %q, "filter": %s}`, c.Name, filter))
	if !ok {
		return nil, -1, nil
	}
	if err := json.Unmarshal(answer, &counted); err != nil {
		return nil, 0, err
	}
	for after := ""; ; {
		answer, ok := do("data_query", request+after+"}")
		if !ok {
			return nil, -1, nil
		}
		var page struct {
			Docs []struct {
				ID string `json:"_id"`
			} `json:"docs"`
			Next string `json:"next_cursor"`
		}
		if err := json.NewDecoder(bytes.NewReader(answer)).Decode(&page); err != nil {
			return nil, 0, err
		}
		for _, doc := range page.Docs {
			ids = append(ids, doc.ID)
		}
		if page.Next == "" {
			return ids, counted.Count, nil
		}
		after = fmt.Sprintf(`, "cursor": %q`, page.Next)
	}
}
