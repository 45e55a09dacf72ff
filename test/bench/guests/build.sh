#!/usr/bin/env bash
# Builds the guests of the benchmarks from their sources. `check` builds them elsewhere and compares with those committed.
# Clang, the linker and Rust are those of Debian 12 (clang-14, lld-14, rustc 1.63, libstd-rust-dev-wasm32); Zig and
# AssemblyScript are fetched in one version where they are not there yet; Go is the release that go.mod names.
set -euo pipefail
cd "$(dirname "$0")"
mode="${1:-build}"
zig_version=0.13.0
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
differ=0

finish() { # NAME
  if [ "$mode" = check ]; then
    if cmp -s "$work/$1.wasm" "$1.wasm"; then
      echo "bench guests: $1 is what its source gives"
    else
      echo "bench guests: $1 differs from what its source gives; run $0" >&2
      differ=1
    fi
  else
    install -m 644 "$work/$1.wasm" "$1.wasm"
    echo "bench guests: built $1, $(stat -c %s "$1.wasm") bytes"
  fi
}

missing() {
  if [ -n "${CI:-}" ]; then echo "bench guests: $1" >&2; exit 1; fi
  echo "bench guests: $1; skipped" >&2
}

if [ -x /usr/bin/clang-14 ] && [ -x /usr/bin/wasm-ld-14 ]; then
  for guest in c-spin c-fib c-sha256 c-matmul small small-host extism-small; do
    (cd "$guest" && clang-14 --target=wasm32 -O2 -ffreestanding -nostdlib -fuse-ld=/usr/bin/wasm-ld-14 -Wl,--no-entry \
      -Wl,--stack-first -Wl,-z,stack-size=16384 -Wl,--strip-all -o "$work/$guest.wasm" "${guest#c-}.c")
    finish "$guest"
  done
else
  missing "no clang-14 and lld-14 here"
fi

if [ -x /usr/bin/rustc ] && [ -d /usr/lib/rustlib/wasm32-unknown-unknown ] && [ -x /usr/bin/wasm-ld-14 ]; then
  for guest in rust-upper rust-json; do
    (cd "$guest" && /usr/bin/rustc --edition 2021 --crate-type cdylib --target wasm32-unknown-unknown -C opt-level=3 -C lto \
      -C codegen-units=1 -C panic=abort -C strip=symbols -C linker=/usr/bin/wasm-ld-14 --remap-path-prefix "$PWD=." \
      -o "$work/$guest.wasm" "${guest#rust-}.rs")
    finish "$guest"
  done
else
  missing "no Rust with WebAssembly here"
fi

if command -v npm >/dev/null; then
  (cd as-upper && { [ -d node_modules ] || npm ci --no-audit --no-fund --loglevel=error; } &&
    node_modules/.bin/asc upper.ts -O3 --runtime incremental --use abort=upper/abort --exportStart _initialize \
      --outFile "$work/as-upper.wasm")
  finish as-upper
else
  missing "no npm here for the AssemblyScript compiler"
fi

zig() { PYTHONPATH="$PWD/.tools/zig" python3 -m ziglang "$@"; }
if [ "$(zig version 2>/dev/null)" != "$zig_version" ] && command -v python3 >/dev/null; then
  python3 -m pip install --quiet --upgrade --target .tools/zig "ziglang==$zig_version" || true
fi
if [ "$(zig version 2>/dev/null)" = "$zig_version" ]; then
  ZIG_GLOBAL_CACHE_DIR="$work/zig" ZIG_LOCAL_CACHE_DIR="$work/zig" zig build-exe zig-sort/sort.zig -fno-entry -rdynamic \
    -target wasm32-freestanding -O ReleaseFast -fstrip --stack 16384 -femit-bin="$work/zig-sort.wasm"
  finish zig-sort
else
  missing "no Zig $zig_version here"
fi

for guest in go-json go-template; do
  (cd "$guest" && GOWORK=off GOOS=wasip1 GOARCH=wasm CGO_ENABLED=0 GOFLAGS= go build -buildmode=c-shared -trimpath \
    -buildvcs=false -ldflags="-s -w -buildid=" -o "$work/$guest.wasm" .)
  finish "$guest"
done
exit $differ
