package persistence

import (
	"bytes"
	"testing"
	"time"

	"github.com/mozaiks/mozaiks/contracts/canonical"
	"github.com/mozaiks/mozaiks/contracts/data"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

// Whatever a guest sends as a filter, it is read or refused, and what the plan reads is all that can match.
func FuzzFilter(f *testing.F) {
	for _, seed := range [][2]string{{`{"a": 1}`, `{"a": 1.0, "b": null}`}, {`{"a": {"$in": [1, null]}, "b": {"$gt": "x"}}`, `{"b": "y"}`},
		{`{"$or": [{"a": {"$ne": 1}}, {"$not": {"f": {"$eqFold": "K"}}}]}`, `{"f": "k"}`}, {`{"f": {"$startsWithFold": "ſ"}}`, `{"f": "Sx"}`},
		{`{"a": {"$lt": 5, "$gte": -1e300}}`, `{"a": 4}`}, {`{"a": {"$startsWith": "é"}}`, `{"a": "éa"}`}, {`{"s": {"$gt": false}}`, `{"s": true}`}} {
		f.Add([]byte(seed[0]), []byte(seed[1]))
	}
	f.Fuzz(func(t *testing.T, filter, doc []byte) {
		v, err := canonical.Parse(filter)
		if err != nil {
			return
		}
		target := planned()
		parsed, err := parseFilter(target.Collection, &Scope{Whose: Whose{App: "app", Tenant: "t"}}, v, "$.filter")
		if err != nil {
			return
		}
		object, err := canonical.ParseObject(doc)
		if err != nil {
			return
		}
		r := &record{id: "x", rev: 1, doc: object}
		keys, ok := rowKeys(target, r)
		if !ok {
			return
		}
		p := makePlan(target, parsed, nil)
		inside := reads(p, r, keys)
		matches := parsed.matches(r)
		if matches && !inside {
			t.Errorf("%s matches %s, which the plan does not read", filter, doc)
		}
		if p.whole && inside && !matches && !p.hasID {
			t.Errorf("%s does not match %s, which the plan counts", filter, doc)
		}
	})
}

// rowKeys are the keys of a row; false for one that could not be stored.
func rowKeys(t *target, r *record) ([][]byte, bool) {
	var keys [][]byte
	for _, k := range t.stored.Keys {
		key, err := keyOf(k, r)
		if err != nil {
			return nil, false
		}
		keys = append(keys, key)
	}
	return keys, true
}

// reads tells whether a plan reads a row.
func reads(p *plan, r *record, keys [][]byte) bool {
	if p.hasID {
		return p.id == r.id
	}
	above := func(b *driver.Bound, sign int) bool {
		if b == nil {
			return true
		}
		c := sign * bytes.Compare(keys[b.Key], b.Value)
		return c > 0 || c == 0 && !b.Open
	}
	if !above(p.rng.Low, 1) || !above(p.rng.High, -1) {
		return false
	}
	for _, key := range p.rng.Present {
		if keys[key][0] == tagMissing {
			return false
		}
	}
	for _, rng := range p.ranges {
		same := true
		for _, b := range rng {
			same = same && bytes.Equal(keys[b.Key], b.Value)
		}
		if same {
			return true
		}
	}
	return false
}

// A patch that is applied gives a document that can be written and read back; one that fails changes nothing.
func FuzzPatch(f *testing.F) {
	for _, seed := range [][2]string{{`{"$set": {"a.b": 1}, "$inc": {"n": 2}}`, `{"n": 1}`}, {`{"$push": {"l": {"$each": [1, 2], "$slice": -9223372036854775808}}}`, `{"l": []}`},
		{`{"$pull": {"l": null}, "$pop": {"m": -1}}`, `{"l": [null], "m": [1]}`}, {`{"$mul": {"n": 1e308}, "$min": {"s": []}}`, `{"n": 1e308}`}} {
		f.Add([]byte(seed[0]), []byte(seed[1]))
	}
	c := &data.Collection{}
	f.Fuzz(func(t *testing.T, raw, doc []byte) {
		v, err := canonical.Parse(raw)
		if err != nil {
			return
		}
		p, err := parsePatch(v, "$", true)
		if err != nil {
			return
		}
		before, err := canonical.ParseDocument(doc)
		object, ok := before.(map[string]any)
		if err != nil || !ok {
			return
		}
		text := canonical.Append(nil, object)
		after, problems := p.apply(object, c, time.UnixMilli(0), true)
		if again := canonical.Append(nil, object); !bytes.Equal(again, text) {
			t.Fatalf("%s changed the document that it was applied to: %s", raw, again)
		}
		check := &validator{c: c, problems: problems}
		check.document(after, "$")
		if check.verdict() != nil {
			return
		}
		back, err := canonical.ParseDocument(canonical.Append(nil, after))
		if err != nil || !canonical.Equal(back, after) {
			t.Fatalf("%s on %s gives what does not read back: %v", raw, doc, err)
		}
	})
}

// No text is taken for a cursor but one that was sealed here, for this query.
func FuzzCursor(f *testing.F) {
	s, bound := newSeal([32]byte{7}), []byte("bound")
	at := &position{bound: [][]byte{{1}}, keys: [][]byte{{2}, {3}}, values: []any{nil, "x", missing{}}, id: "d"}
	sealed := s.close(at, bound)
	f.Add(sealed)
	f.Add("")
	f.Add("AAAA")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := s.open(text, bound)
		if (err == nil) != (text == sealed) {
			t.Fatalf("%q: %v %v", text, got, err)
		}
		if err == nil && s.close(got, bound) != sealed {
			t.Fatalf("%q does not read back", text)
		}
		if _, err := s.open(text, []byte("other")); err == nil {
			t.Fatalf("%q opens for another query", text)
		}
	})
}
