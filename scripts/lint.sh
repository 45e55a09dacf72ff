#!/usr/bin/env bash
# Vets and lints; the linter's version is pinned in tools/go.mod, which is no part of the workspace.
set -euo pipefail
cd "$(dirname "$0")/.."
(cd tools && GOWORK=off CGO_ENABLED=0 go build -o ../bin/golangci-lint github.com/golangci/golangci-lint/v2/cmd/golangci-lint)
go vet ./...
bin/golangci-lint run ./...
for module in abi/sdk/go modules-examples/desk/modules/tickets/src test/bench test/conformance/extism; do
  (cd "$module" && GOWORK=off go vet ./...)
done
