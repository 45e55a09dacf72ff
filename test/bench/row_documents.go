package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"
)

const documentWriters = 8

// creates measures D1: tasks stored a second, each in a commit of its own, beside PocketBase. As they come, ours is on the disk when it is
// answered (synchronous FULL) and PocketBase's is not (NORMAL); the rows without a target have both wait alike.
func (b *bench) creates(ctx context.Context) (_ []Row, err error) {
	inRound := 2000
	if b.short {
		inRound = 800
	}
	var next atomic.Int64
	peer := func(full bool) (func() (time.Duration, error), func() error, error) {
		p, err := b.newPocketBase(full)
		if err != nil {
			return nil, nil, err
		}
		return together(documentWriters, inRound, func(int) error { _, err := p.create(int(next.Add(1))); return err }), p.close, nil
	}
	asItComes, closeNormal, err := peer(false)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, closeNormal()) }()
	full, closeFull, err := peer(true)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, closeFull()) }()
	fullStore, err := b.sqlite(ctx, "")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, fullStore.store.Close()) }()
	normalStore, err := b.sqlite(ctx, "NORMAL")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, normalStore.store.Close()) }()
	ours := func(s *documents, tenants int) func() (time.Duration, error) {
		return together(documentWriters, inRound, func(w int) error {
			return s.create(ctx, fmt.Sprint("tenant", w%tenants), int(next.Add(1)))
		})
	}
	t, err := inTurn(b.rounds, ours(fullStore, 1), ours(fullStore, documentWriters), ours(normalStore, 1), asItComes, full)
	if err != nil {
		return nil, err
	}
	normalName, fullName := pocketBaseName("NORMAL"), pocketBaseName("FULL")
	return []Row{
		perSecond("D1", "documents created by 8 writers of one tenant, SQLite FULL; ratio at least", t[0], normalName, t[3]).atLeast(2),
		perSecond("D1", "documents created by 8 writers of 8 tenants, SQLite FULL; ratio at least", t[1], normalName, t[3]).atLeast(2),
		perSecond("D1", "documents created by 8 writers of one tenant, SQLite FULL in both", t[0], fullName, t[4]),
		perSecond("D1", "documents created by 8 writers of one tenant, SQLite NORMAL in both", t[2], normalName, t[3]),
	}, nil
}

// documentsRead is how many tasks there are to read.
const documentsRead = 10_000

// reads measures D2: tasks read by id a second, beside PocketBase.
func (b *bench) reads(ctx context.Context) (_ []Row, err error) {
	p, err := b.newPocketBase(false)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	theirs := make([]string, documentsRead)
	for n := range theirs {
		if theirs[n], err = p.create(n); err != nil {
			return nil, err
		}
	}
	s, err := b.sqlite(ctx, "")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.store.Close()) }()
	if err := s.fill(ctx, "tenant", 0, documentsRead); err != nil {
		return nil, err
	}
	const inRound = 8000
	ours := func(readers int) func() (time.Duration, error) {
		return together(readers, inRound, func(int) error {
			n := rand.IntN(documentsRead)
			return holds(n)(s.do(ctx, "tenant", "data_get", getByID(n)))
		})
	}
	peer := func(readers int) func() (time.Duration, error) {
		return together(readers, inRound, func(int) error {
			n := rand.IntN(documentsRead)
			r, err := p.app.FindRecordById(p.tasks, theirs[n])
			if err == nil && r.GetString("code") != code(n) {
				err = errors.New("another record was read")
			}
			return err
		})
	}
	t, err := inTurn(b.rounds, ours(1), peer(1), ours(8), peer(8))
	if err != nil {
		return nil, err
	}
	name := pocketBaseName("NORMAL")
	return []Row{
		perSecond("D2", "documents read by id by 8 readers, SQLite; ratio at least", t[2], name, t[3]).atLeast(2),
		perSecond("D2", "documents read by id by one reader, SQLite; ratio at least", t[0], name, t[1]).atLeast(2),
	}, nil
}

// groupCommit measures D9: what a durable document costs where writers of one tenant share the waits for the disk.
func (b *bench) groupCommit(ctx context.Context) (_ []Row, err error) {
	s, err := b.sqlite(ctx, "")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.store.Close()) }()
	var next atomic.Int64
	writers := []int{1, 8, 64}
	var run []func() (time.Duration, error)
	for _, w := range writers {
		run = append(run, together(w, 1280, func(int) error { return s.create(ctx, "tenant", int(next.Add(1))) }))
	}
	t, err := inTurn(b.rounds, run...)
	if err != nil {
		return nil, err
	}
	rows := []Row{alone("D9", "durable document of one tenant, 1 writer, SQLite FULL", "us", t[0])}
	for i, w := range writers[1:] {
		rows = append(rows, against("D9", fmt.Sprintf("durable document of one tenant, %d writers, SQLite FULL", w), "us", t[i+1], "the same with 1 writer", t[0]))
	}
	return rows, nil
}
