// Package contracts holds the public contract of Mozaiks as data: the catalogue of codes and, below it, the packages
// that decode and judge declarations. It imports nothing else of this repository.
package contracts

import _ "embed"

// FaultsJSON is the one catalogue of codes, `contracts/faults.json`. The constants of package fault, the mapping to HTTP
// and docs/reference/codes.md are generated from it.
//
//go:embed faults.json
var FaultsJSON []byte
