package wasmhost

import (
	"cmp"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// trimCache deletes what was made or used longest ago from the cache until it holds at most so many bytes. All of it can be made
// again; other processes may delete the same files at the same time.
func trimCache(dir string, most int64) error {
	type entry struct {
		path string
		size int64
		used time.Time
	}
	var entries []entry
	total := int64(0)
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || strings.HasSuffix(path, ".tmp") || strings.HasPrefix(d.Name(), "new-") {
			return nil //nolint:nilerr // gone meanwhile, or being written
		}
		if info, err := d.Info(); err == nil {
			entries = append(entries, entry{path, info.Size(), info.ModTime()})
			total += info.Size()
		}
		return nil
	})
	if err != nil || total <= most {
		return err
	}
	slices.SortFunc(entries, func(a, b entry) int { return cmp.Or(a.used.Compare(b.used), cmp.Compare(a.path, b.path)) })
	for _, e := range entries {
		if total <= most {
			break
		}
		if err := os.Remove(e.path); err != nil && !os.IsNotExist(err) {
			return err
		}
		total -= e.size
	}
	return nil
}
