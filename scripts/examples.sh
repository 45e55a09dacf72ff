#!/usr/bin/env bash
# Builds the example binaries from their sources. `check` builds them elsewhere and compares with those committed.
set -euo pipefail
cd "$(dirname "$0")/.."
mode="${1:-build}"
modules=modules-examples/desk/modules
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
differ=0

finish() { # NAME BINARY
  if [ "$mode" = check ]; then
    if cmp -s "$2" "$modules/$1/backend/$1.wasm"; then
      echo "examples: $1 is what its source gives"
    else
      echo "examples: $1 differs from what its source gives; run make examples" >&2
      differ=1
    fi
  else
    mkdir -p "$modules/$1/backend"
    cp "$2" "$modules/$1/backend/$1.wasm"
    echo "examples: built $1, $(stat -c %s "$2") bytes"
  fi
}

missing() {
  if [ -n "${CI:-}" ]; then echo "examples: $1" >&2; exit 1; fi
  echo "examples: $1; skipped" >&2
}

# tickets: Go. The bytes depend on the Go release, which tools/go.mod pins through its toolchain line.
(cd $modules/tickets/src && GOWORK=off GOOS=wasip1 GOARCH=wasm CGO_ENABLED=0 GOFLAGS= go build -buildmode=c-shared -trimpath \
  -buildvcs=false -ldflags="-s -w -buildid=" -o "$work/tickets.wasm" .)
finish tickets "$work/tickets.wasm"

# sla: Rust of Debian 12; rustc.sh makes the bytes the same wherever the tree lies.
wrapper="$PWD/abi/sdk/rust/rustc.sh"
if [ -x /usr/bin/cargo ] && [ -d /usr/lib/rustlib/wasm32-unknown-unknown ]; then
  (cd $modules/sla/src && PATH="/usr/bin:$PATH" RUSTC=/usr/bin/rustc RUSTC_WRAPPER="$wrapper" CARGO_TARGET_DIR="$work/cargo" \
    /usr/bin/cargo build --quiet --offline --locked --release --target wasm32-unknown-unknown)
  finish sla "$work/cargo/wasm32-unknown-unknown/release/sla.wasm"
else
  missing "no Rust with WebAssembly here (make setup)"
fi

# digest: AssemblyScript.
if [ -d $modules/digest/src/node_modules ]; then
  (cd $modules/digest/src && npx asc index.ts --config asconfig.json --outFile "$work/digest.wasm")
  finish digest "$work/digest.wasm"
else
  missing "no AssemblyScript compiler here (make setup)"
fi
exit $differ
