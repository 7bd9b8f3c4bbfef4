#!/usr/bin/env bash
# After `uninstall --data` of the test stack nothing of it is left: no container, network, volume, image tag, file.
set -eu
other=$(docker volume ls --filter label=com.docker.compose.volume=guard-discover --format '{{.Label "com.docker.compose.project"}}' | grep -vxF "$TAYLORDASH_PROJECT" || true)
./taylordash uninstall --data --confirm "$TAYLORDASH_PROJECT"
label="label=com.docker.compose.project=$TAYLORDASH_PROJECT"
left=$(docker ps -aq --filter "$label"; docker network ls -q --filter "$label"; docker volume ls -q --filter "$label")
if [ -n "$left" ]; then echo "left behind: $left"; exit 1; fi
if [ -z "$other" ]; then
  tags=$(docker image ls --format '{{.Repository}}:{{.Tag}}' | grep -xF -f <(sed -n 's/^[A-Z_]*=//p' infra/images/images.env) || true)
  own=$(docker image ls --format '{{.Repository}}:{{.Tag}}' --filter 'reference=taylordash/*')
  # Portals that another one took the place of have no name any more.
  unnamed=$(docker image ls -q --filter label=taylordash.source)
  if [ -n "$tags$own$unnamed" ]; then echo "left behind: $tags $own $unnamed"; exit 1; fi
fi
files=$(find "$TAYLORDASH_STATE_DIR" -mindepth 1 2>/dev/null || true)
if [ -n "$files" ]; then echo "left behind: $files"; exit 1; fi
