#!/usr/bin/env bash
# Builds the guests of the benchmarks from their sources. `check` builds them elsewhere and compares with those committed.
set -euo pipefail
cd "$(dirname "$0")"
mode="${1:-build}"
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
    cp "$work/$1.wasm" "$1.wasm"
    echo "bench guests: built $1, $(stat -c %s "$1.wasm") bytes"
  fi
}

missing() {
  if [ -n "${CI:-}" ]; then echo "bench guests: $1" >&2; exit 1; fi
  echo "bench guests: $1; skipped" >&2
}

# C: clang of Debian 12.
if [ -x /usr/bin/clang-14 ] && [ -x /usr/bin/wasm-ld-14 ]; then
  for guest in spin fib sha256 matmul small request extism; do
    (cd c && clang-14 --target=wasm32 -O2 -ffreestanding -nostdlib -fuse-ld=/usr/bin/wasm-ld-14 -Wl,--no-entry -Wl,--stack-first \
      -Wl,-z,stack-size=16384 -Wl,--strip-all -o "$work/c-$guest.wasm" "$guest.c")
    finish "c-$guest"
  done
else
  missing "no clang-14 and lld-14 here (make setup)"
fi

# Rust of Debian 12.
if [ -d /usr/lib/rustlib/wasm32-unknown-unknown ] && [ -x /usr/bin/rustc ]; then
  for guest in upper json; do
    (cd rust && /usr/bin/rustc --edition 2021 --crate-type cdylib --target wasm32-unknown-unknown -C opt-level=3 -C lto -C codegen-units=1 \
      -C panic=abort -C strip=symbols -C linker=/usr/bin/wasm-ld-14 --remap-path-prefix "$PWD=." \
      -o "$work/rust-$guest.wasm" "$guest.rs")
    finish "rust-$guest"
  done
else
  missing "no Rust with WebAssembly here (make setup)"
fi

# AssemblyScript, by the compiler of the example.
asc=../../../modules-examples/desk/modules/digest/src/node_modules/.bin/asc
if [ -x "$asc" ]; then
  "$asc" as/upper.ts -O3 --runtime stub --use abort=as/upper/abort --exportStart _initialize --outFile "$work/as-upper.wasm"
  finish as-upper
else
  missing "no AssemblyScript compiler here (make setup)"
fi

# Zig, of the Python package.
zig="${MOZAIKS_ZIG:-}"
if [ -z "$zig" ] && python3 -c 'import ziglang' 2>/dev/null; then zig="python3 -m ziglang"; fi
if [ -n "$zig" ]; then
  (cd zig && ZIG_GLOBAL_CACHE_DIR="$work/zig" ZIG_LOCAL_CACHE_DIR="$work/zig" $zig build-exe sort.zig -fno-entry -rdynamic \
    -target wasm32-freestanding -O ReleaseFast -fstrip --stack 16384 -femit-bin="$work/zig-sort.wasm")
  finish zig-sort
else
  missing "no Zig here (make setup)"
fi

# Go: the bytes depend on the Go release, which the repository pins.
for guest in json template; do
  (cd "go-$guest" && GOWORK=off GOOS=wasip1 GOARCH=wasm CGO_ENABLED=0 GOFLAGS= go build -buildmode=c-shared -trimpath -buildvcs=false \
    -ldflags="-s -w -buildid=" -o "$work/go-$guest.wasm" .)
  finish "go-$guest"
done
exit $differ
