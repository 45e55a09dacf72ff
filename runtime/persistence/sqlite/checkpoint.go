package sqlite

import (
	"context"
	"os"
)

// checkpoint empties the write-ahead log when it has grown past its limit, which happens while readers hold old snapshots. It
// does not wait for them: the next commit tries again.
func (db *DB) checkpoint(c *conn) {
	info, err := os.Stat(db.file + "-wal")
	if err != nil || info.Size() <= db.opts.WALMax {
		return
	}
	for _, pragma := range []string{"PRAGMA busy_timeout=0", "PRAGMA wal_checkpoint(TRUNCATE)", "PRAGMA busy_timeout=5000"} {
		// What fails now succeeds later; the log stays correct at any length.
		rows, err := c.held.QueryContext(context.Background(), pragma)
		if err != nil {
			continue
		}
		for rows.Next() {
		}
		_ = rows.Close()
	}
}
