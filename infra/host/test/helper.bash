# shellcheck shell=bash
# A state directory, ports and a PATH of its own for each test. Programs of the host are replaced by stubs, never ours.

setup() {
  ROOT=$(cd "$BATS_TEST_DIRNAME/../../.." && pwd)
  STUBS=$BATS_TEST_TMPDIR/bin
  mkdir -p "$STUBS"
  local name
  for name in $(compgen -e TAYLORDASH_ || true); do unset "$name"; done
  export TAYLORDASH_STATE_DIR=$BATS_TEST_TMPDIR/state TAYLORDASH_PROJECT=bats$BATS_ROOT_PID
  export TAYLORDASH_HTTP_PORT=25080 TAYLORDASH_HTTPS_PORT=25443 TAYLORDASH_MQTTS_PORT=25883
  export PATH=$STUBS:$PATH
}

# stub NAME BODY: BODY may end in `real`, which calls the program it stands before.
stub() {
  local real
  real=$(PATH=${PATH#"$STUBS":} command -v "$1" || echo /bin/false)
  printf '#!/bin/bash\nreal() { exec %s "$@"; }\n%s\n' "$real" "$2" >"$STUBS/$1"
  chmod +x "$STUBS/$1"
}

taylordash() { "$ROOT/taylordash" "$@"; }

# parts COMMAND...: runs functions of the parts themselves.
parts() {
  bash -c 'set -euo pipefail; shopt -s lastpipe; ROOT=$1 HOST=$1/infra/host YES=0; shift
    for p in output settings engine secrets certificates acme install images own-services start checks-host checks-state checks-engine preflight uninstall up; do
      source "$HOST/$p.sh"; done
    load_settings; eval "$*"' bash "$ROOT" "$@"
}

# doctor_says STATUS NAME TEXT: one line of doctor has all three, and an arrow to a fix.
doctor_says() {
  run taylordash doctor "$2"
  local line
  # shellcheck disable=SC2154 # bats sets output and status
  line=$(grep -E "^$1 +$2 " <<<"$output") || { printf '%s\n' "$output" && return 1; }
  [[ $line == *"$3"* && $line == *' → '?* ]] || { printf '%s\n' "$line" && return 1; }
  # shellcheck disable=SC2154
  [ "$1" != fail ] || [ "$status" = 1 ]
}
