#!/usr/bin/env bash
# Starts every image that is present, as its compose user and without a network, and compares the version that the
# program itself prints with the tag. One line each; exit code 1 if any differs. Names as arguments limit it.
set -Eeuo pipefail

images=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=/dev/null
. "$images/images.env"

run() {
  local user=$1 program=$2 reference=$3
  shift 3
  timeout 60 docker run --rm --network none --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges \
    --user "$user" --entrypoint "$program" "$reference" "$@" 2>&1 || true
}

# printed NAME REFERENCE: what the program says; the words before the version stay, so that a wrong program shows.
printed() {
  case "$1" in
    traefik) run 65532:65532 /usr/local/bin/traefik "$2" version ;;
    keycloak | keycloak-upstream) run 1000:0 /opt/keycloak/bin/kc.sh "$2" --version ;;
    postgres) run 999:999 postgres "$2" --version ;;
    mosquitto) run 1883:1883 /usr/sbin/mosquitto "$2" -h ;;
    mqtt-proxy) run 99:1883 /usr/local/sbin/haproxy "$2" -v ;;
    objectstore) run 1000:1000 /usr/bin/weed "$2" version ;;
    prometheus) run 65534:65534 /bin/prometheus "$2" --version ;;
    alertmanager) run 65534:65534 /bin/alertmanager "$2" --version ;;
    node-exporter) run 10003:10003 /bin/node_exporter "$2" --version ;;
    postgres-exporter) run 65534:65534 /bin/postgres_exporter "$2" --version ;;
    node | portal) run 10001:10001 node "$2" --version | sed 's/^/Node.js /' ;;
    grafana) run 472:0 grafana "$2" --version ;;
    tempo) run 10001:10001 /tempo "$2" -version ;;
  esac
}

# The line in which each program names itself; the version is its first dotted number.
announcement() {
  case "$1" in
    traefik) echo '^Version:' ;;
    keycloak | keycloak-upstream) echo '^Keycloak ' ;;
    postgres) echo '^postgres \(PostgreSQL\) ' ;;
    mosquitto) echo '^mosquitto version ' ;;
    mqtt-proxy) echo '^HAProxy version ' ;;
    objectstore) echo '^version [0-9]+GB ' ;;
    node | portal) echo '^Node.js v' ;;
    grafana) echo '^grafana version ' ;;
    *) echo "^${1//-/_}, version " ;;
  esac
}

wanted_version() {
  local reference=$1
  # The portal's tag is ours; what it runs is the Node of its base image.
  [[ "$2" != portal ]] || reference=$NODE
  reference=${reference##*:}
  reference=${reference#v}
  echo "${reference%%-*}"
}

failed=0
while IFS='=' read -r variable reference; do
  name=$(tr 'A-Z_' 'a-z-' <<< "$variable")
  [[ $# -eq 0 || " $* " == *" $name "* ]] || continue
  if ! docker image inspect "$reference" > /dev/null 2>&1; then
    printf '%-18s %-14s %s\n' "$name" absent "$reference"
    [[ $# -eq 0 ]] || failed=1
    continue
  fi
  wanted=$(wanted_version "$reference" "$name")
  output=$(printed "$name" "$reference" < /dev/null)
  found=$(grep -E -- "$(announcement "$name")" <<< "$output" | head -n 1 | grep -oE '[0-9]+\.[0-9]+(\.[0-9]+)*' | head -n 1 || true)
  if [[ "$found" == "$wanted" ]]; then
    printf '%-18s %-14s %s\n' "$name" "$found" "$reference"
  else
    printf '%-18s %-14s %s: wanted %s; it printed: %s\n' "$name" "${found:-no version}" "$reference" "$wanted" "$(head -n 1 <<< "$output")"
    failed=1
  fi
done < <(grep -E '^[A-Z_]+=' "$images/images.env")
exit "$failed"
