package sqlite

import (
	"database/sql"
	"errors"

	msqlite "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

// translate gives SQLite's errors the names that the portable layer knows.
func translate(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, sql.ErrNoRows) {
		return driver.ErrNoRows
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

// openFault gives what went wrong while opening its code.
func openFault(err error) error {
	var f *fault.Error
	switch err = translate(err); {
	case errors.As(err, &f):
		return f
	case errors.Is(err, driver.ErrCorrupt):
		return fault.Wrap(fault.StoreCorrupt, err, "the store is damaged").WithHint("restore the newest backup")
	case errors.Is(err, driver.ErrBusy):
		return fault.Wrap(fault.StoreLocked, err, "another program holds the store's file")
	default:
		return fault.Wrap(fault.StoreUnavailable, err, "the store cannot be opened")
	}
}
