package artifacts

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// cache holds copies of content in a folder. What goes wrong in it costs time and nothing else, so it is logged.
type cache struct {
	dir string // empty: none
	log *slog.Logger
}

// unfinished is the prefix of copies that are being written; one of a process that ended is removed when it is this old.
const (
	unfinished    = ".new-"
	unfinishedFor = time.Hour
)

func (c *cache) path(digest string) string {
	return filepath.Join(c.dir, strings.TrimPrefix(digest, digestPrefix))
}

// get answers a copy that has its digest, or nothing; one that has not is thrown away.
func (c *cache) get(digest string) ([]byte, bool) {
	if c.dir == "" {
		return nil, false
	}
	content, err := os.ReadFile(c.path(digest))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, false
	case err == nil && Digest(content) == digest:
		return content, true
	}
	c.log.Warn("a cached artifact is thrown away", "digest", digest, "error", err)
	c.drop(digest)
	return nil, false
}

func (c *cache) drop(digest string) {
	if err := os.Remove(c.path(digest)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		c.log.Warn("a cached artifact cannot be removed", "digest", digest, "error", err)
	}
}

// put keeps a copy. It has its name when it is whole; a crash of the machine may still leave it damaged, which get finds.
func (c *cache) put(digest string, content []byte) {
	if c.dir == "" {
		return
	}
	if err := c.write(digest, content); err != nil {
		c.log.Warn("an artifact cannot be cached", "digest", digest, "error", err)
	}
}

func (c *cache) write(digest string, content []byte) error {
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(c.dir, unfinished)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), c.path(digest))
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// sweep removes the copies that keep does not know, and what was left unfinished.
func (c *cache) sweep(keep map[string]bool, now time.Time) {
	if c.dir == "" {
		return
	}
	entries, err := os.ReadDir(c.dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		c.log.Warn("the cache of artifacts cannot be read", "error", err)
	}
	for _, e := range entries {
		name := e.Name()
		if digest := digestPrefix + name; isDigest(digest) && !keep[digest] {
			c.drop(digest)
		}
		if info, err := e.Info(); err == nil && strings.HasPrefix(name, unfinished) && now.Sub(info.ModTime()) > unfinishedFor {
			c.drop(digestPrefix + name)
		}
	}
}
