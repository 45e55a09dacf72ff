package persistencetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mozaiks/mozaiks/contracts/data"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/persistence"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

// Peer is a store that is compared with others.
type Peer struct {
	Name   string
	Driver driver.Driver
}

// differOptions are low limits, so that random requests meet them.
func differOptions() *persistence.Options {
	return &persistence.Options{MaxDocument: 1200, MaxResponse: 3000, MaxOps: 5, MaxCalls: 6, MaxBatches: 4, MaxRows: 12, ScanBudget: 9, AggregateBudget: 10,
		QuotaRows: 60, QuotaSize: 9000, RateData: 1e9, RateDataBurst: 1 << 30, StatementTimeout: time.Minute}
}

// Tally is what comparisons did: how many operations were answered and how many refused by code, in how many transactions, of which
// some were restarted, and how many queries were held to what the documents say.
type Tally struct {
	Operations, Transactions, Restarted, Judged int

	Refused map[fault.Value]int
}

// Add adds another.
func (t *Tally) Add(more Tally) {
	t.Operations += more.Operations
	t.Transactions += more.Transactions
	t.Restarted += more.Restarted
	t.Judged += more.Judged
	if t.Refused == nil {
		t.Refused = map[fault.Value]int{}
	}
	for code, n := range more.Refused {
		t.Refused[code] += n
	}
}

// Differ plays what a byte string describes on every peer, as an app of the given name that none of them has: a contract, and
// transactions of several callers. It answers how much was compared, and an error for the first answer that is not the same
// everywhere, or that the store's own counts belie.
func Differ(ctx context.Context, peers []Peer, app string, input []byte) (Tally, error) {
	d := &differ{tally: Tally{Refused: map[fault.Value]int{}}, ctx: ctx, peers: peers, app: app, draw: &draw{left: input}, now: time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)}
	if d.contract = d.draw.contract(app); d.contract == nil {
		return d.tally, nil
	}
	for _, p := range peers {
		d.stores = append(d.stores, persistence.New(p.Driver, differOptions()))
		d.wide = append(d.wide, persistence.New(p.Driver, matrixOptions()))
	}
	for i, p := range peers {
		cat, err := d.stores[i].Apply(ctx, app, d.contract)
		if err != nil {
			return d.tally, fmt.Errorf("%s refuses the contract: %w\n%s", p.Name, err, d.draw.said)
		}
		d.cats = append(d.cats, cat)
	}
	for !d.draw.done() {
		if err := d.transaction(); err != nil {
			return d.tally, d.report(err)
		}
	}
	if err := d.usage(); err != nil {
		return d.tally, d.report(err)
	}
	if err := d.judge(); err != nil {
		return d.tally, d.report(err)
	}
	return d.tally, nil
}

// differ is one comparison at work.
type differ struct {
	ctx      context.Context
	peers    []Peer
	stores   []*persistence.Store
	wide     []*persistence.Store // without low limits
	app      string
	contract *data.Contract
	cats     []*persistence.Catalog
	draw     *draw
	now      time.Time
	tally    Tally
	log      []string
}

// logged is how much of what went before a report shows.
const logged = 40

func (d *differ) note(format string, args ...any) {
	d.log = append(d.log, fmt.Sprintf(format, args...))
}

func (d *differ) report(err error) error {
	from := max(0, len(d.log)-logged)
	return fmt.Errorf("%w\nafter:\n%s\nthe contract: %s", err, strings.Join(d.log[from:], "\n"), d.draw.said)
}

// same holds what the peers answered to each other.
func (d *differ) same(what string, answers []string) error {
	for i, a := range answers {
		if a != answers[0] {
			return fmt.Errorf("%s:\n  %s: %s\n  %s: %s", what, d.peers[0].Name, answers[0], d.peers[i].Name, a)
		}
	}
	return nil
}

// invocation is one transaction of one caller on every peer.
type invocation struct {
	*differ
	mode     persistence.Mode
	whose    persistence.Whose
	call     persistence.Call
	txs      []*persistence.Tx
	sessions []*persistence.Session
	done     []step
}

// step is an operation that was answered.
type step struct{ op, request, answer string }

func (d *differ) transaction() error {
	w := d.draw.caller()
	v := &invocation{differ: d, mode: d.draw.mode(), whose: persistence.Whose{App: d.app, Tenant: w.tenant, Workspace: w.workspace, User: w.user},
		txs: make([]*persistence.Tx, len(d.peers)), sessions: make([]*persistence.Session, len(d.peers))}
	v.call.Module = d.draw.of("tasks", "tasks", "tasks", "tasks", "tasks", "other")
	v.call.Operator = d.draw.chance(4)
	d.now = d.now.Add(time.Duration(d.draw.n(5000)) * time.Millisecond)
	v.call.Now = d.now
	d.tally.Transactions++
	d.note("-- mode %d of %+v in %s, operator %v", v.mode, v.whose, v.call.Module, v.call.Operator)
	defer func() {
		for _, tx := range v.txs {
			if tx != nil {
				tx.Rollback()
			}
		}
	}()
	for i := range d.peers {
		if err := v.begin(i, v.mode); err != nil {
			return err
		}
	}
	d.draw.cursor, d.draw.request = "", ""
	for range 1 + d.draw.n(7) {
		if err := v.operation(); err != nil {
			return err
		}
	}
	if d.draw.chance(5) {
		d.note("   rolled back")
		return nil
	}
	for i, tx := range v.txs {
		err := tx.Commit(d.ctx)
		if errors.Is(err, persistence.ErrConflict) {
			if err = v.restart(i); err == nil {
				err = v.txs[i].Commit(d.ctx)
			}
		}
		if err != nil {
			return fmt.Errorf("%s does not commit: %w", d.peers[i].Name, err)
		}
	}
	return nil
}

func (v *invocation) begin(i int, mode persistence.Mode) error {
	tx, err := v.stores[i].Begin(v.ctx, mode, v.whose)
	if err != nil {
		return fmt.Errorf("%s does not begin: %w", v.peers[i].Name, err)
	}
	call, next := v.call, 0
	call.IDs = func() string { next++; return fmt.Sprintf("doc_%d_%d", v.tally.Transactions, next) }
	v.txs[i], v.sessions[i] = tx, tx.Session(v.cats[i].View(call.Module), call)
	return nil
}

func (v *invocation) operation() error {
	op, request := v.draw.operation(v.contract, v.call.Module, v.mode == persistence.ReadOnly)
	v.note("%s %s", op, request)
	answers := make([]string, len(v.peers))
	for i, p := range v.peers {
		answer, err := v.sessions[i].Do(v.ctx, op, []byte(request))
		if errors.Is(err, persistence.ErrConflict) {
			if err := v.restart(i); err != nil {
				return err
			}
			answer, err = v.sessions[i].Do(v.ctx, op, []byte(request))
		}
		var value *fault.ValueError
		switch {
		case errors.As(err, &value):
			answers[i] = refusal(value)
			if i == 0 {
				v.tally.Refused[value.Code]++
			}
		case err != nil:
			return fmt.Errorf("%s: %s %s: %w", p.Name, op, request, err)
		default:
			answers[i] = string(answer)
		}
	}
	v.note("   = %.300s", answers[0])
	v.tally.Operations++
	v.done = append(v.done, step{op, request, answers[0]})
	v.draw.learn(op, request, answers[0])
	return v.same(op+" "+request, answers)
}

// restart does again what one peer has done so far, in a transaction that cannot lose its turn; the answers must be those given before.
// A peer may still be undoing the transaction before, so that an optimistic one meets its turn taken.
func (v *invocation) restart(i int) error {
	v.tally.Restarted++
	v.txs[i].Rollback()
	if err := v.begin(i, persistence.ReadWrite); err != nil {
		return err
	}
	for _, s := range v.done {
		answer, err := v.sessions[i].Do(v.ctx, s.op, []byte(s.request))
		again := string(answer)
		var value *fault.ValueError
		switch {
		case errors.As(err, &value):
			again = refusal(value)
		case err != nil:
			return fmt.Errorf("%s, again: %s %s: %w", v.peers[i].Name, s.op, s.request, err)
		}
		if again != s.answer {
			return fmt.Errorf("%s answers %s %s with\n  %s, and again with\n  %s", v.peers[i].Name, s.op, s.request, s.answer, again)
		}
	}
	return nil
}

// refusal writes all that a guest is told of a refusal.
func refusal(e *fault.ValueError) string {
	details, err := json.Marshal(e.Details)
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%s: %s %s", e.Code, e.Message, details)
}

// usage reads all rows of every caller, compares them, and holds what is counted of each tenant to what is there.
func (d *differ) usage() error {
	type amounts struct{ rows, bytes int64 }
	there := map[string]amounts{}
	counted := make([]map[string]amounts, len(d.peers))
	for _, tenant := range callerTenants {
		if tenant == "" {
			continue
		}
		for i, p := range d.peers {
			if counted[i] == nil {
				counted[i] = map[string]amounts{}
			}
			err := d.stores[i].ViewFor(d.ctx, persistence.Whose{App: d.app, Tenant: tenant}, func(ctx context.Context, sql persistence.SQL) error {
				var a amounts
				err := sql.QueryRow(ctx, `SELECT coalesce(sum(stored_rows), 0), coalesce(sum(stored_bytes), 0) FROM mz_usage WHERE app = ? AND tenant = ?`,
					d.app, tenant).Scan(&a.rows, &a.bytes)
				counted[i][tenant] = a
				return err
			})
			if err != nil {
				return fmt.Errorf("%s: usage: %w", p.Name, err)
			}
		}
	}
	seen := map[string]bool{} // rows of one owner are those of all callers who are that owner
	for _, w := range callers() {
		for _, c := range d.contract.Collections {
			owner := ""
			switch c.Tenancy {
			case data.AppWide:
				continue
			case data.PerUser:
				owner = w.user
			case data.PerWorkspace:
				owner = w.workspace
			case data.PerTenant:
			}
			key := strings.Join([]string{w.tenant, c.Module, c.Name, owner}, "\x00")
			if seen[key] || w.tenant == "" || owner == "" && c.OwnerField != "" {
				continue
			}
			seen[key] = true
			docs, _, err := d.all(w, c)
			if err != nil {
				return err
			}
			a := there[w.tenant]
			for _, doc := range docs {
				a.rows++
				a.bytes += int64(len(doc))
			}
			there[w.tenant] = a
		}
	}
	for i, p := range d.peers {
		for _, tenant := range callerTenants {
			if tenant != "" && counted[i][tenant] != there[tenant] {
				return fmt.Errorf("%s counts %v of %q, there are %v", p.Name, counted[i][tenant], tenant, there[tenant])
			}
		}
	}
	return nil
}

// all answers the stored forms of the documents that a caller sees, and the pages of them, which are the same on every peer.
func (d *differ) all(w who, c *data.Collection) (docs, pages []string, err error) {
	after := ""
	for {
		answers := make([]string, len(d.peers))
		request := fmt.Sprintf(`{"collection": %q, "limit": 5, "sort": [["_id", 1]]%s}`, c.Name, after)
		for i, p := range d.peers {
			tx, err := d.wide[i].Begin(d.ctx, persistence.ReadOnly, persistence.Whose{App: d.app, Tenant: w.tenant, Workspace: w.workspace, User: w.user})
			if err != nil {
				return nil, nil, err
			}
			answer, err := tx.Session(d.cats[i].View(c.Module), persistence.Call{Module: c.Module, Now: d.now}).Do(d.ctx, "data_query", []byte(request))
			tx.Rollback()
			if err != nil {
				return nil, nil, fmt.Errorf("%s: %s: %w", p.Name, request, err)
			}
			answers[i] = string(answer)
		}
		if err := d.same(fmt.Sprintf("in the end, %+v: %s", w, request), answers); err != nil {
			return nil, nil, err
		}
		pages = append(pages, answers[0])
		page, next, err := readPage(answers[0])
		if err != nil {
			return nil, nil, err
		}
		docs = append(docs, page...)
		if next == "" {
			return docs, pages, nil
		}
		after = fmt.Sprintf(`, "cursor": %q`, next)
	}
}

// readPage answers the documents of a page without what the host adds, as they are stored, and the cursor.
func readPage(answer string) (docs []string, next string, err error) {
	var page struct {
		Docs   []map[string]json.RawMessage `json:"docs"`
		Cursor string                       `json:"next_cursor"`
	}
	if err := json.Unmarshal([]byte(answer), &page); err != nil {
		return nil, "", err
	}
	for _, doc := range page.Docs {
		var names []string
		for name := range doc {
			if name[0] != '_' {
				names = append(names, name)
			}
		}
		slices.Sort(names)
		var parts []string
		for _, name := range names {
			// A name is written as the answer wrote it: no field that is drawn needs an escape.
			parts = append(parts, `"`+name+`":`+string(doc[name]))
		}
		docs = append(docs, "{"+strings.Join(parts, ",")+"}")
	}
	return docs, page.Cursor, nil
}
