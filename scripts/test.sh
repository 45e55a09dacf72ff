#!/usr/bin/env bash
# Every test. Guests and SDKs of other languages are tested where their toolchains are; `make setup` installs them.
set -euo pipefail
cd "$(dirname "$0")/.."
go test ./...
(cd abi/sdk/go && GOWORK=off go test ./...)
(cd test/conformance/extism && GOWORK=off go test ./...)
(cd test/bench && GOWORK=off go test ./...)
(cd modules-examples/desk/modules/tickets/src && GOWORK=off go test ./...)
if command -v cargo >/dev/null; then
  for crate in abi/sdk/rust modules-examples/desk/modules/sla/src; do
    (cd "$crate" && CARGO_TARGET_DIR="${TMPDIR:-/tmp}/mozaiks-cargo-test" cargo test --offline --locked --quiet)
  done
else
  echo "test: no cargo here; the Rust SDK and module are not tested" >&2
fi
if [ -d abi/sdk/assemblyscript/node_modules ]; then
  (cd abi/sdk/assemblyscript && npm test --silent)
else
  echo "test: the AssemblyScript SDK is not tested; run make setup first" >&2
fi
