package postgres

import (
	"context"
	"errors"
	"io"
	"net"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

// keyColumn is a key column, which a writer that does not know it leaves empty.
var keyColumn = regexp.MustCompile(`^k[0-9]+$`)

// translateError gives PostgreSQL's errors the names that the portable layer knows.
func translateError(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, pgx.ErrNoRows) {
		return driver.ErrNoRows
	}
	var e *pgconn.PgError
	if errors.As(err, &e) {
		if e.Code == "23514" && strings.HasPrefix(e.ConstraintName, keyGuard) || e.Code == "23502" && keyColumn.MatchString(e.ColumnName) {
			return errors.Join(driver.ErrStale, err)
		}
		if name := ofState(e.Code); name != nil {
			return errors.Join(name, err)
		}
		return err
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return err
	}
	var network net.Error
	var connect *pgconn.ConnectError
	if errors.As(err, &network) || errors.As(err, &connect) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || pgconn.SafeToRetry(err) ||
		strings.Contains(err.Error(), "conn closed") {
		return errors.Join(driver.ErrDown, err)
	}
	return err
}

// ofState names an SQLSTATE, nil if the portable layer has no name for it.
func ofState(state string) error {
	switch state {
	case "23505":
		return driver.ErrUnique
	case "40001", "40P01":
		return driver.ErrConflict
	case "55P03":
		return driver.ErrBusy
	case "53100":
		return driver.ErrFull
	case "57014": // by statement_timeout: nobody else cancels
		return context.DeadlineExceeded
	case "57P01", "57P02", "57P03", "25006", "53300":
		return driver.ErrDown
	case "XX001", "XX002":
		return driver.ErrCorrupt
	}
	if strings.HasPrefix(state, "08") {
		return driver.ErrDown
	}
	return nil
}
