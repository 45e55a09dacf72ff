package app

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/mozaiks/mozaiks/contracts/canonical"
)

// skipped are names that are no part of a bundle, at any depth.
var skipped = []string{".git", ".gitignore", ".gitattributes", ".editorconfig", ".DS_Store", ".idea", ".vscode",
	"node_modules", "target"}

// digestMost is how large a file may be that is read for the bundle's digest. A larger one is part of nothing that is served.
const digestMost = 1 << 30

// Digest is the bundle digest of a folder: SHA-256 of the canonical JSON that lists every file by path, digest and size.
// Order, times and modes of the files do not change it.
func Digest(root *os.Root) (string, error) {
	var files []any
	err := fs.WalkDir(root.FS(), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if path != "." && slices.Contains(skipped, d.Name()) {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() {
			return nil
		}
		sum, size, err := hashFile(root, path)
		files = append(files, map[string]any{"path": path, "sha256": sum, "size": size})
		return err
	})
	if err != nil {
		return "", err
	}
	slices.SortFunc(files, func(a, b any) int {
		return strings.Compare(a.(map[string]any)["path"].(string), b.(map[string]any)["path"].(string))
	})
	sum := sha256.Sum256(canonical.Append(nil, map[string]any{"schema_version": "mozaiks.bundle.v1", "files": files}))
	return "sha256:" + hex.EncodeToString(sum[:]), nil
}

func hashFile(root *os.Root, path string) (string, int64, error) {
	f, err := root.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", 0, err
	}
	if info.Size() > digestMost {
		return "", info.Size(), nil
	}
	h := sha256.New()
	size, err := io.Copy(h, io.LimitReader(f, digestMost))
	return hex.EncodeToString(h.Sum(nil)), size, err
}
