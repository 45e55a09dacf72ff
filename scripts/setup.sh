#!/usr/bin/env bash
# Installs what the tests and the guest builds need beside Go: Debian's Rust for WebAssembly, clang and PostgreSQL, and the AssemblyScript
# compiler.
# Each step is left out where its result is there already.
set -euo pipefail
cd "$(dirname "$0")/.."

root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

if [ ! -d /usr/lib/rustlib/wasm32-unknown-unknown ] || [ ! -x /usr/bin/rustc ] || [ ! -x /usr/bin/cargo ] ||
  [ ! -x /usr/bin/lld-14 ] || [ ! -x /usr/bin/clang-14 ] || [ ! -x /usr/bin/wasm-ld ] || [ ! -x /usr/bin/wat2wasm ]; then
  if command -v apt-get >/dev/null; then
    root apt-get update -qq
    DEBIAN_FRONTEND=noninteractive root apt-get install -y -qq --no-install-recommends rustc cargo libstd-rust-dev-wasm32 clang lld clang-14 lld-14 wabt
  else
    echo "setup: no apt-get here; the guests in Rust and C are not rebuilt (packages libstd-rust-dev-wasm32 and its rustc, clang, lld)" >&2
  fi
fi

# The server that tests start by themselves; no cluster of the machine is made or started for it.
if ! command -v initdb >/dev/null && ! compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; then
  if command -v apt-get >/dev/null; then
    root apt-get update -qq
    DEBIAN_FRONTEND=noninteractive root apt-get install -y -qq --no-install-recommends postgresql-common
    root sed -i -E "s/^#?create_main_cluster.*/create_main_cluster = false/" /etc/postgresql-common/createcluster.conf
    DEBIAN_FRONTEND=noninteractive root apt-get install -y -qq --no-install-recommends postgresql
  else
    echo "setup: no apt-get here; the tests of the PostgreSQL store need initdb and postgres" >&2
  fi
fi

if command -v npm >/dev/null; then
  for dir in abi/sdk/assemblyscript modules-examples/desk/modules/digest/src test/conformance/extism/plugins/assemblyscript; do
    stamp="$dir/node_modules/.package-lock.json"
    if [ ! -f "$stamp" ] || [ "$dir/package-lock.json" -nt "$stamp" ]; then
      (cd "$dir" && npm ci --no-audit --no-fund --loglevel=error && touch node_modules/.package-lock.json)
    fi
  done
else
  echo "setup: no npm here; the AssemblyScript guest is not rebuilt" >&2
fi

go mod download
(cd tools && go mod download)
