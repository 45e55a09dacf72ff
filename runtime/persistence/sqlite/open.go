// Package sqlite keeps documents and the host's own tables in one file: the embedded store. One connection writes, several
// read; SQLite itself is inside the program.
package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/pressly/goose/v3"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Options are the settings of the file. The zero value means the defaults.
type Options struct {
	// Readers is the number of reading connections (MOZAIKS_SQLITE_READERS). Defaults to the larger of 4 and the processors.
	Readers int
	// Synchronous is FULL or NORMAL (MOZAIKS_SQLITE_SYNCHRONOUS). NORMAL may lose the last commits when the power fails,
	// never when the process does. Defaults to FULL.
	Synchronous string
	// WriterWait is how long a transaction waits for the writer (MOZAIKS_TX_WAIT). Defaults to 5 s.
	WriterWait time.Duration
	// ReaderWait is how long one waits for a reader (MOZAIKS_DATABASE_WAIT). Defaults to 2 s.
	ReaderWait time.Duration
	// WALMax is how long, in bytes, the write-ahead log may grow before a commit tries to empty it
	// (MOZAIKS_SQLITE_WAL_MAX). Readers of old snapshots make it grow. Defaults to 64 MiB.
	WALMax int64
}

// DB is the store. It implements driver.Driver.
type DB struct {
	opts    Options
	file    string
	pool    *sql.DB
	lock    *os.File
	writer  *queue
	readers *queue
	turns   *turns
	keyed   sync.Map // of each table, how many key columns it has
	// groupAge is how long others may join a commit.
	groupAge time.Duration
	closing  sync.Once
}

// Open opens or makes the file mozaiks.db in dir and brings its tables up to date. One process holds the folder. The errors
// are *fault.Error: STORE_LOCKED where another process does, STORE_VERSION_NEWER, STORE_FILESYSTEM, STORE_CORRUPT.
func Open(ctx context.Context, dir string, opts *Options) (*DB, error) {
	db := &DB{file: filepath.Join(dir, "mozaiks.db"), writer: newQueue(), readers: newQueue(), turns: newTurns(), groupAge: groupAge}
	db.writer.back = db.pass
	if opts != nil {
		db.opts = *opts
	}
	db.opts.defaults()
	if err := db.open(ctx, dir); err != nil {
		return nil, errors.Join(openFault(err), db.Close())
	}
	return db, nil
}

func (db *DB) open(ctx context.Context, dir string) (err error) {
	if kind := network(dir); kind != "" {
		return fault.New(fault.StoreFilesystem, "the data folder lies on a network file system, %s", kind).
			WithHint("put the data folder on a disk of this machine")
	}
	if db.lock, err = takeLock(db.file + ".lock"); err != nil {
		return err
	}
	if err := create(db.file); err != nil {
		return err
	}
	if err := migrate(ctx, db.file, db.opts.Synchronous); err != nil {
		return err
	}
	if db.pool, err = sql.Open("sqlite", dsn(db.file, db.opts.Synchronous)); err != nil {
		return err
	}
	db.pool.SetMaxOpenConns(db.opts.Readers + 1)
	if err := db.add(ctx, db.writer, false); err != nil {
		return err
	}
	for range db.opts.Readers {
		if err := db.add(ctx, db.readers, true); err != nil {
			return err
		}
	}
	return nil
}

func (db *DB) add(ctx context.Context, to *queue, reads bool) error {
	c := &conn{reads: reads}
	if err := c.ready(ctx, db.pool); err != nil {
		return err
	}
	to.give(c)
	return nil
}

// OpenReader opens the file in dir for reading alone, also beside the process that holds it. Begin refuses to write.
func OpenReader(ctx context.Context, dir string) (*DB, error) {
	db := &DB{opts: Options{Readers: 1}, file: filepath.Join(dir, "mozaiks.db"), writer: newQueue(), readers: newQueue(), turns: newTurns(), groupAge: groupAge}
	db.opts.defaults()
	db.writer.close()
	_, err := os.Stat(db.file)
	if err != nil {
		return nil, err
	}
	if db.pool, err = sql.Open("sqlite", dsn(db.file, db.opts.Synchronous)); err == nil {
		err = db.add(ctx, db.readers, true)
	}
	if err != nil {
		return nil, errors.Join(openFault(err), db.Close())
	}
	return db, nil
}

func (o *Options) defaults() {
	if o.Readers == 0 {
		o.Readers = max(4, runtime.NumCPU())
	}
	if o.Synchronous == "" {
		o.Synchronous = "FULL"
	}
	if o.WriterWait == 0 {
		o.WriterWait = 5 * time.Second
	}
	if o.ReaderWait == 0 {
		o.ReaderWait = 2 * time.Second
	}
	if o.WALMax == 0 {
		o.WALMax = 64 << 20
	}
}

// dsn sets the pragmas on every connection. Foreign settings in the file are not trusted.
func dsn(file, synchronous string) string {
	q := url.Values{}
	for _, p := range []string{"auto_vacuum(INCREMENTAL)", "journal_mode(WAL)", "synchronous(" + synchronous + ")", "busy_timeout(5000)",
		"secure_delete(ON)", "trusted_schema(OFF)", "foreign_keys(ON)", "temp_store(MEMORY)", "mmap_size(0)", "cache_size(-16384)",
		"wal_autocheckpoint(1000)", "journal_size_limit(67108864)"} {
		q.Add("_pragma", p)
	}
	return (&url.URL{Scheme: "file", Opaque: filepath.ToSlash(file), RawQuery: q.Encode()}).String()
}

// create makes the file readable by its owner alone, before SQLite would make it otherwise.
func create(file string) error {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// takeLock holds the folder for this process; the lock dies with it.
func takeLock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fault.Wrap(fault.StoreLocked, err, "another process holds the data folder").
			WithHint("stop the other process, or choose another folder with MOZAIKS_DATA_DIR"), f.Close())
	}
	return f, nil
}

// migrate brings the host's own tables to this version, forward only.
func migrate(ctx context.Context, file, synchronous string) error {
	db, err := sql.Open("sqlite", dsn(file, synchronous))
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	sub, err := goose.NewProvider(goose.DialectSQLite3, db, files)
	if err != nil {
		return err
	}
	have, err := sub.GetDBVersion(ctx)
	if err != nil {
		return err
	}
	sources := sub.ListSources()
	if newest := sources[len(sources)-1].Version; have > newest {
		return fault.New(fault.StoreVersionNewer, "the store has version %d, this program knows %d", have, newest).
			WithHint("start the newer program again, or restore a backup made before it ran")
	}
	_, err = sub.Up(ctx)
	return err
}

// Tenants answers nil: nothing hides rows from the host's own work.
func (db *DB) Tenants(context.Context, string) ([]string, error) { return nil, nil }

// Close lets the file go. Transactions that are open are rolled back when their holders are done.
// Closing twice is as good as once.
func (db *DB) Close() (err error) {
	db.closing.Do(func() {
		for _, c := range slices.Concat(db.writer.close(), db.readers.close()) {
			c.discard()
		}
		if db.pool != nil {
			err = db.pool.Close()
		}
		if db.lock != nil {
			err = errors.Join(err, db.lock.Close())
		}
	})
	return err
}
