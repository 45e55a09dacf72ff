#!/usr/bin/env bash
# The long proofs: every fuzz target for a while (FUZZTIME, 60s), a host killed a hundred times during imports (KILLS), a host on each
# store and a database under a host killed seventy times each (FAULT_KILLS), generated modules
# (GENERATED, 50000), every hostile guest twenty times (HOSTILE, STRICT_TIMES).
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/fuzz.sh
MOZAIKS_TEST_KILLS="${KILLS:-100}" go test ./test/e2e -run KilledDuringAnImport -count=1 -timeout 60m -v
MOZAIKS_TEST_FAULT_KILLS="${FAULT_KILLS:-70}" go test ./test/e2e -run 'KilledUnderWrites|OutlivesAKilledDatabase' -count=1 -timeout 60m -v
echo "== generated modules: compiler, interpreter, metered and not"
MOZAIKS_TEST_GENERATED="${GENERATED:-50000}" go test ./wasmhost/meter -run TestGeneratedModules -count=1 -timeout 60m -v
echo "== hostile guests, twenty times each, with times judged"
MOZAIKS_TEST_HOSTILE_RUNS="${HOSTILE:-20}" MOZAIKS_TEST_STRICT_TIMES="${STRICT_TIMES:-1}" go test ./test/hostile -count=1 -timeout 30m -v
