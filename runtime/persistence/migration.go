package persistence

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"

	"github.com/mozaiks/mozaiks/contracts/canonical"
	"github.com/mozaiks/mozaiks/contracts/data"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
	"github.com/mozaiks/mozaiks/runtime/persistence/rowsql"
)

// Class says what a step of a migration may do to rows.
type Class string

// The classes of steps.
const (
	Safe        Class = "safe"
	Checked     Class = "checked" // it fails where rows do not fit, and then nothing of them has changed
	Destructive Class = "destructive"
)

// Migration is what brings an app's tables from the store's catalogue to a contract.
type Migration struct {
	ID      string           `json:"migration_id"`
	App     string           `json:"app"`
	Digest  string           `json:"digest"` // of the app, both sides and all steps: what is approved
	From    string           `json:"from"`
	To      string           `json:"to"`
	State   string           `json:"state"`
	Code    string           `json:"code,omitempty"`
	Message string           `json:"message,omitempty"`
	Steps   []*MigrationStep `json:"steps"`
}

// MigrationStep is one step.
type MigrationStep struct {
	Kind       string `json:"kind"`
	Class      Class  `json:"class"`
	Module     string `json:"module"`
	Collection string `json:"collection"`
	What       string `json:"what,omitempty"` // field, key or index
	State      string `json:"state"`
	Rows       int64  `json:"rows"`

	position  int
	watermark string
	do        *driver.Step
}

// States of migrations and steps.
const (
	statePlanned    = "planned"
	stateAwaiting   = "awaiting_approval"
	stateInProgress = "in_progress"
	stateApplied    = "applied"
	stateFailed     = "failed"
	stepPending     = "pending"
	stepDone        = "done"
)

// destructive tells whether a step of the migration needs approval.
func (m *Migration) destructive() bool {
	return slices.ContainsFunc(m.Steps, func(s *MigrationStep) bool { return s.Class == Destructive })
}

// Plan answers what would be done to bring an app's tables to a contract, and does nothing. What cannot be done is MIGRATION_BLOCKED.
func (s *Store) Plan(ctx context.Context, app string, c *data.Contract) (*Migration, error) {
	m, err := s.driver.Migrator(ctx, app, rules{})
	if err != nil {
		return nil, storeFault(err)
	}
	defer m.Close()
	p := &planner{ctx: ctx, m: m, app: app, contract: c}
	plan, err := p.plan()
	return plan, migrationFault(err)
}

// migrationFault gives an error of a migration its code.
func migrationFault(err error) error {
	var mismatch *driver.MismatchError
	if errors.As(err, &mismatch) {
		return blocked(mismatch)
	}
	return storeFault(err)
}

// planner compares a contract with what is stored.
type planner struct {
	ctx      context.Context //nolint:containedctx // of one planning
	m        driver.Migrator
	app      string
	contract *data.Contract
	steps    []*MigrationStep
	losses   []*MigrationStep // what destroys comes last
}

func (p *planner) plan() (*Migration, error) {
	stored, err := p.m.Stored(p.ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range p.contract.Collections {
		at := slices.IndexFunc(stored, func(s *driver.Stored) bool { return s.Module == c.Module && s.Name == c.Name })
		if at < 0 {
			p.step(Safe, "", &driver.Step{Kind: driver.StepCreate, Collection: c, Definition: rules{}.Definition(c)})
		} else if err := p.collection(stored[at], c); err != nil {
			return nil, err
		}
	}
	for _, s := range stored {
		if err := p.left(s); err != nil {
			return nil, err
		}
	}
	return p.migration(stored), nil
}

// migration names the plan.
func (p *planner) migration(stored []*driver.Stored) *Migration {
	m := &Migration{App: p.app, From: digestOf(storedShape(stored)), To: digestOf(p.contractShape()), State: statePlanned, Steps: append(p.steps, p.losses...)}
	steps := []any{}
	for i, s := range m.Steps {
		s.position = i
		steps = append(steps, map[string]any{"kind": s.Kind, "class": string(s.Class), "module": s.Module, "collection": s.Collection, "what": s.What})
	}
	m.Digest = digestOf(map[string]any{"app": p.app, "from": m.From, "to": m.To, "steps": steps})
	m.ID = "mig_" + m.Digest[len("sha256:"):][:16]
	return m
}

func digestOf(v any) string {
	sum := sha256.Sum256(canonical.Append(nil, v))
	return "sha256:" + hex.EncodeToString(sum[:])
}

func storedShape(all []*driver.Stored) any {
	out := []any{}
	for _, s := range all {
		var keys, indexes []any
		for _, k := range s.Keys {
			keys = append(keys, map[string]any{"field": k.Field, "fold": k.Fold, "ready": k.Ready})
		}
		for _, x := range s.Indexes {
			indexes = append(indexes, x.Text)
		}
		out = append(out, []any{s.Module, s.Name, s.Tenancy, s.Owner, s.Definition, keys, indexes})
	}
	return out
}

func (p *planner) contractShape() any {
	out := []any{}
	for _, c := range p.contract.Collections {
		indexes := []any{}
		for i := range c.Indexes {
			_, w := p.m.Describe("", rowsql.KeysOf(c), &c.Indexes[i])
			indexes = append(indexes, c.Indexes[i].Name, w.Text)
		}
		out = append(out, []any{c.Module, c.Name, string(c.Tenancy), c.OwnerField, rules{}.Definition(c), indexes})
	}
	return out
}

func (p *planner) step(class Class, what string, do *driver.Step) {
	if do.Collection != nil {
		do.Module, do.Name = do.Collection.Module, do.Collection.Name
	}
	s := &MigrationStep{Kind: string(do.Kind), Class: class, Module: do.Module, Collection: do.Name, What: what, State: stepPending, do: do}
	if class == Destructive {
		p.losses = append(p.losses, s)
	} else {
		p.steps = append(p.steps, s)
	}
}

// alteration is one collection that is there, and how it is to be.
type alteration struct {
	*planner
	s          *driver.Stored
	c          *data.Collection
	used       bool
	lossy      bool // rows may lose something
	definition string
}

func (p *planner) collection(s *driver.Stored, c *data.Collection) error {
	used, err := p.m.Used(p.ctx, s.Table)
	if err != nil {
		return err
	}
	moved := s.Tenancy != string(c.Tenancy) || s.Owner != c.OwnerField
	if moved && used {
		return mismatch(c.Module, c.Name, "tenancy", "its rows belong to others than the contract says")
	}
	ch := &alteration{planner: p, s: s, c: c, used: used, lossy: p.contract.AllowDestructive && !c.AdditiveOnly}
	dropped := ch.dropped()
	ch.definition = define(c, dropped)
	if err := ch.rows(moved); err != nil {
		return err
	}
	for _, name := range dropped {
		ch.add(Destructive, name, driver.Step{Kind: driver.StepDropField, Field: name, Definition: define(c, nil)})
	}
	if len(dropped) > 0 {
		ch.add(Destructive, "", driver.Step{Kind: driver.StepRedefine, Definition: define(c, nil)})
	}
	return ch.indexes()
}

func mismatch(module, name, reason, what string) error {
	return &driver.MismatchError{Module: module, Collection: name, Reason: reason, What: what}
}

func (ch *alteration) add(class Class, what string, do driver.Step) {
	do.Collection, do.Table, do.Before = ch.c, ch.s.Table, ch.s.Definition
	if do.Definition == "" {
		do.Definition = ch.definition
	}
	ch.step(class, what, &do)
}

// dropped answers the fields that rows have to lose: those that are declared no more, and those that a migration before this one did not
// get to.
func (ch *alteration) dropped() (names []string) {
	if !ch.used || !ch.lossy || !ch.c.HasFields || ch.c.AdditionalFields {
		return nil
	}
	before := readDefinition(ch.s.Definition)
	for _, name := range append(before.names, before.dropping...) {
		if ch.c.Field(name) == nil && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// rows plans what has to be known of the rows, and to be written into them.
func (ch *alteration) rows(moved bool) error {
	keys := make([]driver.Key, len(ch.s.Keys))
	var added []driver.Key
	for i, k := range ch.s.Keys {
		keys[i] = k.Key
	}
	for _, k := range rowsql.KeysOf(ch.c) {
		if !slices.Contains(keys, k) {
			added = append(added, k)
		}
	}
	other := ch.s.Definition != ch.definition
	if ch.used && (len(added) > 0 || other && ch.s.Definition != "") {
		ch.add(Checked, "", driver.Step{Kind: driver.StepCheck, Keys: added})
	}
	for _, k := range ch.s.Keys {
		if !k.Ready {
			ch.fill(k.Key)
		}
	}
	for _, k := range added {
		ch.add(Safe, k.Field, driver.Step{Kind: driver.StepAddKey, Key: k})
		ch.fill(k)
	}
	keys = append(keys, added...)
	for i := range ch.c.Indexes {
		x := &ch.c.Indexes[i]
		_, w := ch.m.Describe(ch.s.Table, keys, x)
		if slices.ContainsFunc(ch.s.Indexes, func(have driver.StoredIndex) bool { return have.Name == w.Name }) {
			continue
		}
		class := Safe
		if x.Unique {
			class = Checked
		}
		ch.add(class, x.Name, driver.Step{Kind: driver.StepIndex, Index: x})
	}
	if ch.used && other && ch.s.Definition != "" {
		had := readDefinition(ch.s.Definition).defaults
		for i := range ch.c.Fields {
			if f := &ch.c.Fields[i]; f.HasDefault && !had[f.Name] {
				ch.add(Safe, f.Name, driver.Step{Kind: driver.StepFill, Field: f.Name})
			}
		}
	}
	if other || moved {
		ch.add(Safe, "", driver.Step{Kind: driver.StepRedefine})
	}
	return nil
}

func (ch *alteration) fill(k driver.Key) {
	ch.add(Safe, k.Field, driver.Step{Kind: driver.StepFillKey, Key: k})
	ch.add(Safe, k.Field, driver.Step{Kind: driver.StepSealKey, Key: k})
}

// indexes plans what becomes of indexes that are declared no more. A unique one would go on refusing rows; any other is harmless.
func (ch *alteration) indexes() error {
	keys := make([]driver.Key, len(ch.s.Keys))
	for i, k := range ch.s.Keys {
		keys[i] = k.Key
	}
	for _, k := range rowsql.KeysOf(ch.c) {
		if !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	wanted := map[string]bool{}
	for i := range ch.c.Indexes {
		_, w := ch.m.Describe(ch.s.Table, keys, &ch.c.Indexes[i])
		wanted[w.Name] = true
	}
	for _, x := range ch.s.Indexes {
		drop := driver.Step{Kind: driver.StepDropIndex, IndexName: x.Name}
		switch {
		case wanted[x.Name]:
		case !ch.used:
			ch.add(Safe, x.Name, drop)
		case ch.lossy:
			ch.add(Destructive, x.Name, drop)
		case x.Unique && ch.c.AdditiveOnly && ch.contract.AllowDestructive:
			return mismatch(ch.c.Module, ch.c.Name, "additive_only", "a unique index of it is declared no more, or otherwise")
		case x.Unique:
			return mismatch(ch.c.Module, ch.c.Name, "policy", "it has rows and a unique index of it is declared no more, or otherwise")
		}
	}
	return nil
}

// left plans what becomes of a collection that is declared no more: its rows would be out of everybody's reach.
func (p *planner) left(s *driver.Stored) error {
	if slices.ContainsFunc(p.contract.Collections, func(c *data.Collection) bool { return c.Module == s.Module && c.Name == s.Name }) {
		return nil
	}
	used, err := p.m.Used(p.ctx, s.Table)
	switch {
	case err != nil || !used:
		return err
	case !p.contract.AllowDestructive:
		return mismatch(s.Module, s.Name, "policy", "it has rows and is declared no more")
	case readDefinition(s.Definition).additive:
		return mismatch(s.Module, s.Name, "additive_only", "it has rows and is declared no more")
	}
	p.step(Destructive, "", &driver.Step{Kind: driver.StepDrop, Module: s.Module, Name: s.Name, Table: s.Table})
	return nil
}
