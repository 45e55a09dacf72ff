#!/usr/bin/env bash
# Assembles the guests of corpus/ that are written as text. `check` assembles them elsewhere and compares with those committed.
# A guest that the assembler takes only with options names them in its header, as `;; flags: --no-check`.
set -euo pipefail
cd "$(dirname "$0")/corpus"
mode="${1:-build}"

if ! command -v wat2wasm >/dev/null; then
  if [ -n "${CI:-}" ]; then echo "hostile guests: no wat2wasm here (make setup)" >&2; exit 1; fi
  echo "hostile guests: no wat2wasm here (package wabt); skipped" >&2
  exit 0
fi

out=.
if [ "$mode" = check ]; then
  out="$(mktemp -d)"
  trap 'rm -rf "$out"' EXIT
fi
failed=0
for source in *.wat; do
  name="${source%.wat}"
  read -r -a flags <<<"$(sed -n 's/^;; flags: *//p' "$source")"
  wat2wasm "${flags[@]}" -o "$out/$name.wasm" "$source" || failed=1
  if [ "$mode" = check ] && ! cmp -s "$out/$name.wasm" "$name.wasm"; then
    echo "hostile guests: $name.wasm differs from what its source gives; run $0" >&2
    failed=1
  fi
done
for binary in *.wasm; do
  if [ ! -f "${binary%.wasm}.wat" ]; then
    echo "hostile guests: $binary has no source" >&2
    failed=1
  fi
done
exit $failed
