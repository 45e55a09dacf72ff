package sqlite

import (
	"context"
	"database/sql"
	dbdriver "database/sql/driver"
	"strings"
)

// conn is one connection with the statements that were prepared on it.
type conn struct {
	held     *sql.Conn // nil before it is first used and after it failed
	reads    bool
	group    *group // of the writer: what is open on it
	prepared map[string]*statement
}

// statement is a prepared statement. While a result of it is open it must neither run again nor be closed: SQLite would read
// memory that is gone.
type statement struct {
	*sql.Stmt
	open bool
	once bool // not kept: closed after its one use
}

// done tells that the result was closed.
func (s *statement) done() {
	s.open = false
	if s.once {
		_ = s.Close() // only frees memory
	}
}

// ready opens the connection, anew if it failed.
func (c *conn) ready(ctx context.Context, pool *sql.DB) error {
	if c.held != nil {
		return nil
	}
	held, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	c.held, c.prepared = held, map[string]*statement{}
	if c.reads {
		if _, err := held.ExecContext(ctx, "PRAGMA query_only=ON"); err != nil {
			c.discard()
			return err
		}
	}
	return nil
}

// discard closes the connection for good: it may be within a transaction, or have settings of its own, so that nobody may get
// it from the pool again.
func (c *conn) discard() {
	if c.held == nil {
		return
	}
	for _, s := range c.prepared {
		_ = s.Close() // only frees memory
	}
	_ = c.held.Raw(func(any) error { return dbdriver.ErrBadConn })
	_ = c.held.Close() // it is closed already
	c.held, c.prepared = nil, nil
}

// run runs a statement without results that begins or ends something.
func (c *conn) run(ctx context.Context, query string) error {
	if c.held == nil {
		return sql.ErrConnDone
	}
	s, err := c.statement(ctx, query)
	if err != nil {
		return err
	}
	_, err = s.ExecContext(ctx)
	s.done()
	return err
}

// preparedMax bounds the statements kept on a connection.
const preparedMax = 1000

// statement prepares a query, as a rule once for each connection. Queries are few: their texts depend on contracts, and on
// requests only by which of their parts are there.
func (c *conn) statement(ctx context.Context, query string) (*statement, error) {
	kept, ok := c.prepared[query]
	if ok && !kept.open {
		return kept, nil
	}
	made, err := c.held.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	s := &statement{Stmt: made, once: ok}
	if !ok {
		c.shrink()
		c.prepared[strings.Clone(query)] = s
	}
	return s, nil
}

// shrink makes room for a statement where too many are kept.
func (c *conn) shrink() {
	if len(c.prepared) < preparedMax {
		return
	}
	for q, s := range c.prepared {
		if !s.open {
			_ = s.Close() // only frees memory
			delete(c.prepared, q)
		}
	}
}
