#!/bin/sh
# Runs rustc so that a guest has the same bytes wherever it is built. Give its absolute path to cargo as RUSTC_WRAPPER.
#
# Cargo puts the folder of a path dependency into -C metadata, from which symbols take their names and the linker its
# order; and rustc puts it into the places of panics. The first becomes the crate's name alone, the second begins at the
# root of this tree.
set -eu
rustc="$1"
shift
root="$(cd "$(dirname "$0")/../../.." && pwd)"
count=$#
crate=
while [ "$count" -gt 0 ]; do
  argument="$1"
  shift
  count=$((count - 1))
  case "$argument" in
    --crate-name) crate="$1" ;;
    metadata=*) argument="metadata=$crate" ;;
  esac
  set -- "$@" "$argument"
done
exec "$rustc" "$@" --remap-path-prefix "$root=."
