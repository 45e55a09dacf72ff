#!/usr/bin/env bash
# The long proofs: every fuzz target for a while (FUZZTIME, 60s), and a host killed a hundred times during imports (KILLS).
set -euo pipefail
cd "$(dirname "$0")/.."
for package in $(go list ./...); do
  for target in $(go test -list '^Fuzz' "$package" | grep '^Fuzz' || true); do
    echo "== $package $target"
    go test "$package" -run '^$' -fuzz "^$target\$" -fuzztime "${FUZZTIME:-60s}"
  done
done
MOZAIKS_TEST_KILLS="${KILLS:-100}" go test ./test/e2e -run KilledDuringAnImport -count=1 -timeout 60m -v
