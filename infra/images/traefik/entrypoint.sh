#!/bin/sh
# As in the official image: options and Traefik's own commands go to traefik, anything else runs as it is.
set -e
if [ "${1#-}" != "$1" ]; then
  set -- traefik "$@"
elif traefik "$1" --help > /dev/null 2>&1; then
  set -- traefik "$@"
fi
exec "$@"
