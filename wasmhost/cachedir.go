package wasmhost

import (
	"os"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

// damagedCache begins the errors of wazero about an entry of its cache that it cannot read.
const damagedCache = "compilationcache:"

// secureCache makes the cache directory, or checks that nobody else can put code into it.
func secureCache(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fault.Wrap(fault.CacheUnsafe, err, "the cache directory cannot be made")
	}
	info, err := os.Stat(dir)
	switch {
	case err != nil:
		return fault.Wrap(fault.CacheUnsafe, err, "the cache directory cannot be read")
	case !info.IsDir():
		return fault.New(fault.CacheUnsafe, "the cache directory is no directory")
	case !ownedByUs(info):
		return fault.New(fault.CacheUnsafe, "the cache directory belongs to another user").
			WithHint("give MOZAIKS_WASM_CACHE_DIR a directory of its own")
	case info.Mode().Perm()&0o022 != 0:
		return fault.New(fault.CacheUnsafe, "others may write to the cache directory, mode %04o", info.Mode().Perm()).
			WithHint("chmod 700 it, after emptying it")
	}
	return nil
}
