#!/usr/bin/env bash
# After `uninstall --data` of the test stack nothing of it is left: no container, network, volume, file.
set -eu
./taylordash uninstall --data --confirm "$TAYLORDASH_PROJECT"
label="label=com.docker.compose.project=$TAYLORDASH_PROJECT"
left=$(docker ps -aq --filter "$label"; docker network ls -q --filter "$label"; docker volume ls -q --filter "$label")
if [ -n "$left" ]; then echo "left behind: $left"; exit 1; fi
files=$(find "$TAYLORDASH_STATE_DIR" -mindepth 1 2>/dev/null || true)
if [ -n "$files" ]; then echo "left behind: $files"; exit 1; fi
