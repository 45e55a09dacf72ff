#!/usr/bin/env bash
# Builds the plug-ins from their sources. `check` builds them elsewhere and compares with those committed.
set -euo pipefail
cd "$(dirname "$0")"
mode="${1:-build}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
differ=0

finish() { # NAME
  if [ "$mode" = check ]; then
    if cmp -s "$work/$1.wasm" "$1.wasm"; then
      echo "plug-ins: $1 is what its source gives"
    else
      echo "plug-ins: $1 differs from what its source gives; run $0" >&2
      differ=1
    fi
  else
    cp "$work/$1.wasm" "$1.wasm"
    echo "plug-ins: built $1, $(stat -c %s "$1.wasm") bytes"
  fi
}

missing() {
  if [ -n "${CI:-}" ]; then echo "plug-ins: $1" >&2; exit 1; fi
  echo "plug-ins: $1; skipped" >&2
}

# go: the bytes depend on the Go release, which the repository pins.
(cd go && GOWORK=off GOOS=wasip1 GOARCH=wasm CGO_ENABLED=0 GOFLAGS= go build -buildmode=c-shared -trimpath \
  -buildvcs=false -ldflags="-s -w -buildid=" -o "$work/go.wasm" .)
finish go

# c: clang and lld of Debian 12.
if [ -x /usr/bin/clang ] && [ -x /usr/bin/wasm-ld ]; then
  /usr/bin/clang --target=wasm32 -O2 -nostdlib -ffreestanding -Wall -Werror -Wl,--no-entry -Wl,--strip-all \
    -o "$work/c.wasm" c/plugin.c
  finish c
else
  missing "no clang with lld here"
fi

# rust: the compiler of Debian 12.
if [ -x /usr/bin/rustc ] && [ -d /usr/lib/rustlib/wasm32-unknown-unknown ]; then
  (cd rust && /usr/bin/rustc --edition 2021 --target wasm32-unknown-unknown --crate-type cdylib --crate-name plugin \
    -C opt-level=s -C lto -C panic=abort -C strip=symbols -C debuginfo=0 -D warnings -o "$work/rust.wasm" plugin.rs)
  finish rust
else
  missing "no Rust with WebAssembly here (make setup)"
fi

# assemblyscript: with Extism's PDK. `npm ci` in its folder gets both.
if [ -d assemblyscript/node_modules ]; then
  (cd assemblyscript && npx asc index.ts -O3 --noAssert --use abort=index/giveUp --outFile "$work/assemblyscript.wasm")
  finish assemblyscript
else
  missing "no AssemblyScript compiler here (npm ci)"
fi
exit $differ
