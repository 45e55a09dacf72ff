#!/usr/bin/env bash
# Formats, tidies, generates, vets and lints. In CI a difference fails; elsewhere it stays in the tree to be looked at.
set -euo pipefail
cd "$(dirname "$0")/.."
before="$(git status --porcelain; git diff | sha256sum)"
gofmt -l -w $(git ls-files '*.go')
go generate ./...
GOWORK=off go mod tidy
scripts/lint.sh
after="$(git status --porcelain; git diff | sha256sum)"
if [ "$before" != "$after" ]; then
  echo "check: formatting, tidying or generating changed files:" >&2
  git status --short >&2
  git --no-pager diff --stat >&2
  exit 1
fi
