#!/bin/sh
# As in the official image: started as root it hands /mosquitto over; the broker itself drops to its own user.
set -e
if [ "$(id -u)" = 0 ] && [ -d /mosquitto ]; then
  chown -R mosquitto:mosquitto /mosquitto 2> /dev/null || true
fi
exec "$@"
