// Package sqlite keeps documents and the host's own tables in one file: the embedded store. One connection writes, several
// read; SQLite itself is inside the program.
package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/pressly/goose/v3"
	msqlite "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
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
}

// DB is the store. It implements driver.Driver.
type DB struct {
	opts    Options
	pool    *sql.DB
	lock    *os.File
	writer  chan *conn // holds the writer while nobody has it
	readers chan *conn
}

// conn is one connection with the statements that were prepared on it.
type conn struct {
	*sql.Conn
	prepared map[string]*sql.Stmt
}

// Open opens or makes the file mozaiks.db in dir and brings its tables up to date. One process holds the folder: a second one
// gets driver.ErrLocked.
func Open(ctx context.Context, dir string, opts *Options) (db *DB, err error) {
	db = &DB{}
	if opts != nil {
		db.opts = *opts
	}
	db.opts.defaults()
	defer func() {
		if err != nil {
			err = errors.Join(translate(err), db.Close())
			db = nil
		}
	}()
	if db.lock, err = takeLock(filepath.Join(dir, "mozaiks.db.lock")); err != nil {
		return db, err
	}
	file := filepath.Join(dir, "mozaiks.db")
	if err := create(file); err != nil {
		return db, err
	}
	if err := migrate(ctx, file, db.opts.Synchronous); err != nil {
		return db, err
	}
	db.pool, err = sql.Open("sqlite", dsn(file, db.opts.Synchronous))
	if err != nil {
		return db, err
	}
	db.pool.SetMaxOpenConns(db.opts.Readers + 1)
	return db, db.connect(ctx)
}

// OpenReader opens the file in dir for reading alone, also beside the process that holds it. Begin refuses to write.
func OpenReader(ctx context.Context, dir string) (*DB, error) {
	file := filepath.Join(dir, "mozaiks.db")
	if _, err := os.Stat(file); err != nil {
		return nil, err
	}
	db := &DB{opts: Options{Readers: 1}, writer: make(chan *conn), readers: make(chan *conn, 1)}
	db.opts.defaults()
	db.opts.WriterWait = time.Nanosecond // nobody ever brings a writer
	var err error
	if db.pool, err = sql.Open("sqlite", dsn(file, db.opts.Synchronous)); err != nil {
		return nil, err
	}
	c, err := db.pool.Conn(ctx)
	if err == nil {
		_, err = c.ExecContext(ctx, "PRAGMA query_only=ON")
	}
	if err != nil {
		return nil, errors.Join(translate(err), db.Close())
	}
	db.readers <- &conn{Conn: c, prepared: map[string]*sql.Stmt{}}
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
}

func (db *DB) connect(ctx context.Context) error {
	db.writer = make(chan *conn, 1)
	db.readers = make(chan *conn, db.opts.Readers)
	for i := range db.opts.Readers + 1 {
		c, err := db.pool.Conn(ctx)
		if err != nil {
			return err
		}
		held := &conn{Conn: c, prepared: map[string]*sql.Stmt{}}
		if i == 0 {
			db.writer <- held
			continue
		}
		db.readers <- held
		if _, err := c.ExecContext(ctx, "PRAGMA query_only=ON"); err != nil {
			return err
		}
	}
	return nil
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
		return nil, errors.Join(driver.ErrLocked, f.Close())
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
		return fmt.Errorf("%w: it has version %d, this program knows %d", driver.ErrNewer, have, newest)
	}
	_, err = sub.Up(ctx)
	return err
}

// Close lets the file go. Transactions that are open are rolled back.
func (db *DB) Close() error {
	var errs []error
	if db.pool != nil {
		for _, c := range drain(db.writer, db.readers) {
			for _, s := range c.prepared {
				errs = append(errs, s.Close())
			}
			errs = append(errs, c.Conn.Close())
		}
		errs = append(errs, db.pool.Close())
	}
	if db.lock != nil {
		errs = append(errs, db.lock.Close())
	}
	return errors.Join(errs...)
}

func drain(channels ...chan *conn) []*conn {
	var all []*conn
	for _, ch := range channels {
		for len(ch) > 0 {
			all = append(all, <-ch)
		}
	}
	return all
}

// translate gives SQLite's errors the names that the portable layer knows.
func translate(err error) error {
	if err == nil || errors.Is(err, sql.ErrNoRows) {
		if err != nil {
			return driver.ErrNoRows
		}
		return nil
	}
	var e *msqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_CONSTRAINT:
		if code := e.Code(); code == sqlite3.SQLITE_CONSTRAINT_UNIQUE || code == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY {
			return errors.Join(driver.ErrUnique, err)
		}
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return errors.Join(driver.ErrBusy, err)
	case sqlite3.SQLITE_FULL:
		return errors.Join(driver.ErrFull, err)
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return errors.Join(driver.ErrCorrupt, err)
	}
	return err
}

// statement prepares a query once for each connection. Queries are few: their texts depend on contracts, not on requests.
func (c *conn) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	if s, ok := c.prepared[query]; ok {
		return s, nil
	}
	if len(c.prepared) >= preparedMax {
		for q, s := range c.prepared {
			_ = s.Close() // only frees memory
			delete(c.prepared, q)
		}
	}
	s, err := c.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	c.prepared[strings.Clone(query)] = s
	return s, nil
}

// preparedMax bounds the statements kept on a connection.
const preparedMax = 1000
