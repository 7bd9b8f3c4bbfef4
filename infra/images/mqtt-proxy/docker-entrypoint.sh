#!/bin/sh
# As in the official image: options go to haproxy, which runs in the foreground under a master process.
set -e
[ "${1#-}" = "$1" ] || set -- haproxy "$@"
if [ "$1" = haproxy ]; then
  shift
  set -- haproxy -W -db "$@"
fi
exec "$@"
