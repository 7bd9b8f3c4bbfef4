#!/bin/sh
# Runs inside a build: what was downloaded must be what this checkout was tested with.
#   check-sums.sh LIST FILE...    LIST has sha256sum's lines; packages of Debian need none, apt checks their signature
set -eu
list=$1
shift
for file in "$@"; do
  name=$(basename "$file")
  known=$(awk -v name="$name" '$2 == name { print $1 }' "$list")
  if [ -z "$known" ]; then
    echo "ERROR: no sum of $name is known. Compare it with what its maker says, and add the line to sha256sums beside the Dockerfile:" >&2
    (cd "$(dirname "$file")" && sha256sum "$name") >&2
    exit 1
  fi
  if [ "$(sha256sum <"$file" | cut -d ' ' -f 1)" != "$known" ]; then
    echo "ERROR: $name is not the file this checkout was tested with: its sum differs. It is not used." >&2
    exit 1
  fi
done
