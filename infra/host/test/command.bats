#!/usr/bin/env bats
# The command itself: words it knows, settings it keeps, steps, installation, removal.
load helper

@test "help is short and names every verb" {
  run taylordash --help
  [ "$status" = 0 ]
  [ "${#lines[@]}" -le 20 ]
  local verb
  for verb in up down status doctor logs test user uninstall bundle version; do [[ $output == *"  $verb"* ]]; done
}

@test "an unknown verb or option says what, why and what to do" {
  run taylordash stauts
  [ "$status" = 2 ]
  [[ $output == *stauts*'why:'*'did you mean "status"'*'do:'* ]]
  run taylordash up --yess
  [ "$status" = 2 ]
  [[ $output == *'did you mean "--yes"'* ]]
  run taylordash doctor --all
  [ "$status" = 2 ]
  run taylordash bundle send x
  [ "$status" = 2 ]
  [[ $output == *"do:  ./taylordash bundle save FILE, or: bundle load FILE"* ]]
  run taylordash status --json --jsn
  [ "$status" = 2 ]
  [[ $output == *'unknown option "--jsn"'* ]]
}

@test "a word that resembles none is not taken for another" {
  run taylordash xyz
  [ "$status" = 2 ]
  [[ $output == *"why: this command does not know it"$'\n'* ]]
}

@test "--help behind a verb explains, and does nothing" {
  stub docker 'touch '"$BATS_TEST_TMPDIR"'/asked'
  local verb
  for verb in up down status doctor logs audit uninstall bundle; do
    run taylordash "$verb" --help
    [ "$status" = 0 ]
    [[ $output == "Usage: ./taylordash COMMAND"* ]]
  done
  [ ! -e "$BATS_TEST_TMPDIR/asked" ]
}

@test "version: the portal image's tag, and the engine and compose where they are" {
  stub docker 'case "$*" in "version --format"*) echo 28.2.2 ;; "compose version"*) echo v2.37.1 ;; esac'
  local release want
  release=$(sed -n 's|^ *image: taylordash/portal:||p' "$ROOT/docker-compose.yml" | head -n 1)
  want=$(printf '%s\n' "TaylorDash $release" "Docker engine 28.2.2" "Docker compose 2.37.1")
  for verb in version --version; do
    run taylordash "$verb"
    [ "$status" = 0 ]
    [ "$output" = "$want" ]
  done
  stub docker 'exit 1'
  run taylordash --version
  [ "$status" = 0 ]
  [ "$output" = "TaylorDash $release" ]
}

@test "what is called the release is the same everywhere" {
  local release
  release=$(taylordash --version | sed -n 's/^TaylorDash //p')
  grep -qx "  TAYLORDASH_VERSION: $release" "$ROOT/docker-compose.yml"
  grep -qx "  \"version\": \"$release\"," "$ROOT/package.json"
}

@test "user: without a verb or with a wrong one shows every verb people use, and asks no engine" {
  stub docker 'touch '"$BATS_TEST_TMPDIR"'/asked'
  local verb
  run taylordash user
  [ "$status" = 2 ]
  for verb in list "add NAME" "role NAME" "reset-password NAME" "reset-totp NAME" "disable NAME" "enable NAME" "remove NAME --yes"; do
    [[ $output == *$'\n'"  $verb "* ]]
    # The command behind knows each.
    grep -q "case \"${verb%% *}\":" "$ROOT/lib/cli/main.ts"
  done
  [[ $output != *first-admin* && $output != *audit\ verify* ]]
  run taylordash user remvoe ann
  [ "$status" = 2 ]
  [[ $output == *"  remove NAME --yes"*'unknown verb "remvoe" of user'*'did you mean "remove"?'* ]]
  run taylordash user --help
  [ "$status" = 0 ]
  run taylordash user role --help
  [ "$status" = 0 ]
  [ "${#lines[@]}" = 1 ]
  run taylordash audit
  [ "$status" = 2 ]
  [[ $output == *"do:  ./taylordash audit verify"* ]]
  run taylordash audit verfy
  [[ $output == *'did you mean "verify"?'* ]]
  [ ! -e "$BATS_TEST_TMPDIR/asked" ]
}

@test "user: words the worker does not understand are followed by how that verb goes; its status is kept" {
  stub docker 'case "$1" in version) ;; ps) echo abc ;; exec) echo "Give --role ROLE, or --no-role." >&2; exit 2 ;; esac'
  run taylordash user add ann
  [ "$status" = 2 ]
  [[ $output == "Give --role ROLE, or --no-role."*"  add NAME --role ROLE "*"--no-role"* && $output != *"  remove"* ]]
  stub docker 'case "$1" in version) ;; ps) echo abc ;; exec) echo "There is no user nosuch." >&2; exit 1 ;; esac'
  run taylordash user remove nosuch
  [ "$status" = 1 ]
  [ "$output" = "There is no user nosuch." ]
}

# engine_with IMAGE...: an engine that has these images, and no container.
engine_with() {
  stub docker 'case "$*" in
    "image inspect"*) [[ " '"$*"' " == *" ${!#} "* ]] ;;
    "compose version"* | "version "* | "ps "*) ;;
    *) real "$@" ;;
  esac'
}
image() { sed -n "s/^$1=//p" "$ROOT/infra/images/images.env"; }

@test "status: what has no image is left out and says why, once the images were got; logs too" {
  engine_with "$(image PORTAL)" "$(image TEMPO)"
  run taylordash status --json
  [ "$status" = 0 ]
  python3 -c 'import json,sys
rows = {r["service"]: r for r in json.load(sys.stdin)}
assert all(set(r) == {"service", "state", "health", "uptime", "ports", "reason"} for r in rows.values())
assert rows["grafana"]["state"] == "left out" and "docker pull" in rows["grafana"]["reason"]
assert all((r["state"], r["reason"]) == ("absent", "") for name, r in rows.items() if name != "grafana")' <<<"$output"
  run taylordash status
  grep -Eq '^grafana +left out +- +- +no image is to be had here; docker pull, or docker load, its image of infra/images/images\.env, then ./taylordash up$' <<<"$output"
  run taylordash logs grafana
  [ "$status" = 1 ]
  [[ $output == *"why: it was left out: no image is to be had here"*"do:  docker pull"* ]]
  # Before the first `up` nothing is known.
  engine_with none
  run taylordash status
  [[ $output != *"left out"* ]]
}

@test "logs of what is no service lists those there are; of one without a container says how it starts" {
  engine_with none
  run taylordash logs protal
  [ "$status" = 1 ]
  [[ $output == *'there is no service of that name; did you mean "portal"?'*"one of: alertmanager "*" worker"* ]]
  run taylordash logs portal
  [ "$status" = 1 ]
  [[ $output == *"it has no container in project $TAYLORDASH_PROJECT"*"./taylordash up starts it"* ]]
}

@test "down says whether there was anything to stop" {
  stub docker 'case "$1" in ps) [ ! -e '"$BATS_TEST_TMPDIR"'/some ] || echo abc ;; esac'
  run taylordash down
  [ "$status" = 0 ]
  [[ $output == "Nothing to stop: project $TAYLORDASH_PROJECT has no containers here. ./taylordash up"* ]]
  touch "$BATS_TEST_TMPDIR/some"
  run taylordash down
  [ "$status" = 0 ]
  [[ $output == "Stopped. Volumes"* ]]
}

@test "down and uninstall wait for no up that is at work" {
  stub docker 'echo "$*" >>'"$BATS_TEST_TMPDIR"'/asked'
  mkdir -p "$TAYLORDASH_STATE_DIR"
  flock -F "$TAYLORDASH_STATE_DIR" sleep 600 3>&- &
  while flock -n "$TAYLORDASH_STATE_DIR" true; do sleep 0.05; done
  local verb
  for verb in down "uninstall --data --confirm $TAYLORDASH_PROJECT"; do
    # shellcheck disable=SC2086
    run taylordash $verb
    [ "$status" = 1 ]
    [[ $output == *"another ./taylordash works on this stack"*"holds the lock"* ]]
  done
  kill $! || true
  run grep -E 'down| rm ' "$BATS_TEST_TMPDIR/asked"
  [ "$status" = 1 ]
}

@test "down and uninstall leave alone what another checkout started, unless that is gone" {
  local verb other=$BATS_TEST_TMPDIR/other
  mkdir -p "$other" && touch "$other/taylordash"
  stub docker 'case "$*" in *"service\"}}|"*) echo "portal|'"$other"'" ;; *working_dir*) echo '"$other"' ;; "volume ls"*guard-discover*) echo other ;; esac
    echo "$*" >>'"$BATS_TEST_TMPDIR"'/asked'
  for verb in down "uninstall --data --confirm $TAYLORDASH_PROJECT"; do
    # shellcheck disable=SC2086
    run taylordash $verb
    [ "$status" = 1 ]
    [[ $output == *"runs from another checkout, $other"*"do:  run it there: $other/taylordash ${verb%% *}"* ]]
  done
  run grep -E ' down | rm ' "$BATS_TEST_TMPDIR/asked"
  [ "$status" = 1 ]
  rm -r "$other"
  run taylordash doctor leftovers
  [[ $output == *"that checkout is gone: ./taylordash down stops"* ]]
  run taylordash down
  [ "$status" = 0 ]
  grep -q ' down ' "$BATS_TEST_TMPDIR/asked"
  run taylordash uninstall --yes
  [ "$status" = 0 ]
}

@test "a command that lacks a part says which, and shows the whole one" {
  run taylordash logs
  [ "$status" = 2 ]
  [[ $output == *"wants the name of a service"*"do:  ./taylordash logs SERVICE, one of: alertmanager "*" worker "* ]]
  run taylordash logs portal worker
  [ "$status" = 2 ]
  [[ $output == *'"worker" is one too many'* ]]
  run taylordash bundle
  [ "$status" = 2 ]
  [[ $output == *"do:  ./taylordash bundle save FILE"* ]]
  run taylordash uninstall --data --confirm
  [ "$status" = 2 ]
}

@test "test knows its stages; a wrong word runs nothing" {
  # A copy, so that a mistake here could not touch the test stack or this checkout.
  mkdir -p "$BATS_TEST_TMPDIR/copy/infra/host"
  cp "$ROOT/infra/host/test.sh" "$BATS_TEST_TMPDIR/copy/infra/host/"
  export TAYLORDASH_TEST_PROJECT=$TAYLORDASH_PROJECT
  run bash "$BATS_TEST_TMPDIR/copy/infra/host/test.sh" --hlep
  [ "$status" = 2 ]
  [[ $output == *'unknown stage "--hlep"'*"integration-people uninstall"* ]]
  run bash "$BATS_TEST_TMPDIR/copy/infra/host/test.sh" --help
  [ "$status" = 0 ]
  [ ! -e "$BATS_TEST_TMPDIR/copy/.cache" ]
}

@test "test says what it could not run when its tools cannot be had" {
  mkdir -p "$BATS_TEST_TMPDIR/copy/infra/host"
  cp "$ROOT/infra/host/test.sh" "$BATS_TEST_TMPDIR/copy/infra/host/"
  export TAYLORDASH_TEST_PROJECT=$TAYLORDASH_PROJECT
  stub node 'echo v0.0.0'
  stub npm 'echo "no registry answers"; exit 1'
  stub apt-get 'echo "no mirror answers"; exit 1'
  run bash "$BATS_TEST_TMPDIR/copy/infra/host/test.sh" format
  [ "$status" = 1 ]
  [[ $output == *"| no "*" answers"* ]]
  [ "${lines[-1]}" = "1 passed, 2 failed" ] || [ "${lines[-1]}" = "0 passed, 2 failed" ]
}

@test "who may not use the engine is told so, not that it is down" {
  # A directory that another user may enter.
  local verb dir
  dir=$(mktemp -d) && chmod 0755 "$dir"
  python3 -c 'import socket,sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$dir/s"
  chmod 0600 "$dir/s"
  export DOCKER_HOST=unix://$dir/s
  for verb in status down "logs portal" "user list"; do
    # shellcheck disable=SC2086
    run setpriv --reuid 65534 --clear-groups "$ROOT/taylordash" $verb
    [ "$status" = 1 ]
    [[ $output == *"may not use the Docker engine"*"sudo ./taylordash"* ]]
  done
  rm -r "$dir"
}

@test "who may not read the settings is not let loose on the project of the defaults" {
  local dir verb
  parts save_settings
  # A directory that another user may enter, as a checkout is.
  dir=$(mktemp -d) && chmod 0755 "$dir"
  cp -p "$TAYLORDASH_STATE_DIR/settings.env" "$dir/"
  export TAYLORDASH_STATE_DIR=$dir
  for verb in status down doctor "uninstall --yes"; do
    # shellcheck disable=SC2086
    run setpriv --reuid 65534 --clear-groups "$ROOT/taylordash" $verb
    [ "$status" = 1 ]
    [[ $output == *"may not read $dir/settings.env"*"sudo ./taylordash"* ]]
  done
  chmod 0700 "$dir"
  run setpriv --reuid 65534 --clear-groups "$ROOT/taylordash" down
  [ "$status" = 1 ]
  [[ $output == *"may not read $dir/settings.env"* ]]
  rm -r "$dir"
}

@test "user and audit, while no worker runs, start nothing" {
  stub docker 'case "$*" in "version "*) ;; "ps "*) ;; *) touch '"$BATS_TEST_TMPDIR"'/more ;; esac'
  local verb
  for verb in "user list" "audit verify"; do
    # shellcheck disable=SC2086
    run taylordash $verb
    [ "$status" = 1 ]
    [[ $output == *"no worker of project $TAYLORDASH_PROJECT runs"*"./taylordash up"* ]]
  done
  [ ! -e "$BATS_TEST_TMPDIR/more" ]
}

@test "without a service manager the engine starts detached, past the pid file of a power cut, its log in a file" {
  stub docker '[ -e '"$BATS_TEST_TMPDIR"'/engine ]'
  stub dockerd 'echo "dockerd $*"; touch '"$BATS_TEST_TMPDIR"'/engine'
  echo $$ >"$BATS_TEST_TMPDIR/pid"
  # Twenty megabytes of earlier days: nobody else rotates it.
  truncate -s 20000001 "$BATS_TEST_TMPDIR/log"
  local ours="service_managed() { false; }; DOCKERD_LOG=$BATS_TEST_TMPDIR/log DOCKERD_PID=$BATS_TEST_TMPDIR/pid"
  TAYLORDASH_DOCKERD_FLAGS=--debug run parts "$ours; start_engine"
  [ "$status" = 0 ]
  [[ $output == *"log in $BATS_TEST_TMPDIR/log"*"after a reboot"* ]]
  grep -qx 'dockerd --debug' "$BATS_TEST_TMPDIR/log"
  [ "$(stat -c %s "$BATS_TEST_TMPDIR/log.1")" = 20000001 ]
  [ ! -e "$BATS_TEST_TMPDIR/pid" ]
  # One that stays silent is given up with the last words of its log.
  rm "$BATS_TEST_TMPDIR/engine"
  stub dockerd 'echo "no space left"'
  run parts "$ours; date() { echo \$((SECONDS * 100)); }; start_engine"
  [ "$status" = 1 ]
  [[ $output == *"no space left"*"does not answer"*"$BATS_TEST_TMPDIR/log"* ]]
}

@test "an engine that answers but would not start after a reboot is enabled; any other is left alone" {
  stub docker true
  stub systemctl 'case "$1" in is-enabled) cat '"$BATS_TEST_TMPDIR"'/unit ;; *) echo "$*" >>'"$BATS_TEST_TMPDIR"'/asked ;; esac'
  local state
  for state in enabled static not-found disabled; do
    echo $state >"$BATS_TEST_TMPDIR/unit"
    parts 'service_managed() { true; }; start_engine'
    [ -e "$BATS_TEST_TMPDIR/asked" ] || continue
    [ $state = disabled ]
  done
  [ "$(cat "$BATS_TEST_TMPDIR/asked")" = "enable docker" ]
  DOCKER_HOST=tcp://elsewhere parts 'service_managed() { true; }; start_engine'
  [ "$(wc -l <"$BATS_TEST_TMPDIR/asked")" = 1 ]
}

@test "settings given once are kept, may change later, and are never run" {
  TAYLORDASH_DOMAIN=a.example.org TAYLORDASH_ACME_EMAIL=x@example.org parts save_settings
  unset TAYLORDASH_HTTPS_PORT
  run parts 'echo "$TAYLORDASH_DOMAIN $TAYLORDASH_HTTPS_PORT $TAYLORDASH_ORIGIN"'
  [ "$output" = "a.example.org 25443 https://a.example.org:25443" ]
  TAYLORDASH_DOMAIN=b.example.org TAYLORDASH_ACME_EMAIL='' parts save_settings
  run parts 'echo "$TAYLORDASH_DOMAIN:$TAYLORDASH_ACME_EMAIL"'
  [ "$output" = "b.example.org:" ]
  [ "$(stat -c %a "$TAYLORDASH_STATE_DIR/settings.env")" = 600 ]
  echo "TAYLORDASH_DOMAIN=\$(touch $BATS_TEST_TMPDIR/ran)" >"$TAYLORDASH_STATE_DIR/settings.env"
  run taylordash doctor values
  [ "$status" = 1 ]
  [ ! -e "$BATS_TEST_TMPDIR/ran" ]
}

@test "a domain is kept as browsers write it" {
  TAYLORDASH_DOMAIN=Dash.Example.ORG parts save_settings
  grep -qx 'TAYLORDASH_DOMAIN=dash.example.org' "$TAYLORDASH_STATE_DIR/settings.env"
  grep -qx 'TAYLORDASH_ORIGIN=https://dash.example.org:25443' "$TAYLORDASH_STATE_DIR/settings.env"
  # One that an earlier release kept.
  sed -i 's/^TAYLORDASH_DOMAIN=.*/TAYLORDASH_DOMAIN=Old.Example.ORG/' "$TAYLORDASH_STATE_DIR/settings.env"
  run parts 'echo "$TAYLORDASH_DOMAIN $TAYLORDASH_ORIGIN"'
  [ "$output" = "old.example.org https://old.example.org:25443" ]
}

@test "saving the same settings again does not touch the file" {
  parts save_settings
  touch -d 2020-01-01 "$TAYLORDASH_STATE_DIR/settings.env"
  parts save_settings
  [ "$(stat -c %y "$TAYLORDASH_STATE_DIR/settings.env" | cut -c 1-4)" = 2020 ]
}

@test "a failed check of the machine ends up before anything changes" {
  stub nproc 'echo 1'
  run taylordash up --yes
  [ "$status" = 1 ]
  [[ $output == *"fail  cpu"*"do:"* ]]
  [ ! -e "$TAYLORDASH_STATE_DIR" ]
}

@test "up killed at each step before the images: the next one goes on" {
  local name
  for name in preflight install engine preflight-engine settings secrets ca certificates images; do
    TAYLORDASH_KILL_AT=$name run taylordash up --yes
    [ "$status" = 137 ]
  done
  [ -s "$TAYLORDASH_STATE_DIR/secrets/tls/traefik/tls.crt" ]
}

@test "the steps are listed in the script, each once" {
  run grep -hoE '^  step [a-z-]+' "$ROOT/infra/host/up.sh"
  [ "${#lines[@]}" -ge 12 ]
  [ "$(printf '%s\n' "${lines[@]}" | sort | uniq -d)" = "" ]
}

@test "a second up at the same time is refused" {
  mkdir -p "$TAYLORDASH_STATE_DIR"
  flock -F "$TAYLORDASH_STATE_DIR" sleep 600 3>&- &
  while flock -n "$TAYLORDASH_STATE_DIR" true; do sleep 0.05; done
  run taylordash up --yes
  [ "$status" = 1 ]
  [[ $output == *"holds the lock"* ]]
  kill $! || true
}

@test "Debian 12: the source of Debian 13 is derived from the host's own, deb822 and one-line, and pinned low" {
  export TAYLORDASH_APT=$BATS_TEST_TMPDIR/apt
  mkdir -p "$TAYLORDASH_APT/sources.list.d"
  printf 'Types: deb\nURIs: http://mirror.test/debian\nSuites: bookworm bookworm-updates\nComponents: main contrib\nSigned-By: /k.gpg\n' >"$TAYLORDASH_APT/sources.list.d/debian.sources"
  echo 'deb [arch=amd64 signed-by=/s.gpg] http://mirror.test/security bookworm-security main' >"$TAYLORDASH_APT/sources.list"
  stub apt-cache 'true'
  parts add_trixie
  local made=$TAYLORDASH_APT/sources.list.d/taylordash-trixie.sources
  grep -qx 'URIs: http://mirror.test/debian' "$made"
  grep -qx 'Suites: trixie trixie-updates' "$made"
  grep -qx 'Suites: trixie-security' "$made"
  grep -qx 'Signed-By: /s.gpg' "$made"
  run grep -c bookworm "$made"
  [ "$output" = 0 ]
  [ "$(grep -c 'Pin-Priority: 100' "$TAYLORDASH_APT/preferences.d/taylordash-trixie")" = 3 ]
}

@test "what apt would upgrade is shown, and refused when nobody can be asked" {
  printf 'ID=debian\nVERSION_ID="13"\n' >"$BATS_TEST_TMPDIR/os"
  export TAYLORDASH_OS_RELEASE=$BATS_TEST_TMPDIR/os
  stub apt-get 'case "$*" in *"-s install"*) echo "Inst libc6 [2.36] (2.41 x)"; echo "Remv old [1]" ;; *install*) touch '"$BATS_TEST_TMPDIR"'/installed ;; esac'
  run parts 'missing_tools() { echo openssl; }; install_missing' </dev/null
  [ "$status" = 1 ]
  [[ $output == *"upgrade libc6 2.36"*"remove old 1"*"--yes"* ]]
  [ ! -e "$BATS_TEST_TMPDIR/installed" ]
  parts 'YES=1; missing_tools() { echo openssl; }; install_missing' </dev/null
  [ -e "$BATS_TEST_TMPDIR/installed" ]
}

@test "Debian 12: only Docker's packages come from Debian 13, by name; no default release is changed" {
  printf 'ID=debian\nVERSION_ID="12"\n' >"$BATS_TEST_TMPDIR/os"
  export TAYLORDASH_OS_RELEASE=$BATS_TEST_TMPDIR/os
  stub apt-get 'echo "$*" >>'"$BATS_TEST_TMPDIR"'/asked'
  parts 'YES=1; add_trixie() { :; }; missing_tools() { printf "%s\n" docker engine compose buildx debootstrap openssl iptables; }; install_missing' </dev/null
  grep -q ' install .*--no-install-recommends debootstrap docker-buildx/trixie docker-cli/trixie docker-compose/trixie docker.io/trixie iptables openssl$' "$BATS_TEST_TMPDIR/asked"
  run grep -E -- '-t |target-release' "$BATS_TEST_TMPDIR/asked"
  [ "$status" = 1 ]
}

@test "Debian 12: without a package of Docker's its source is not added" {
  printf 'ID=debian\nVERSION_ID="12"\n' >"$BATS_TEST_TMPDIR/os"
  export TAYLORDASH_OS_RELEASE=$BATS_TEST_TMPDIR/os TAYLORDASH_APT=$BATS_TEST_TMPDIR/apt
  mkdir -p "$TAYLORDASH_APT/sources.list.d"
  echo 'deb http://mirror.test/debian bookworm main' >"$TAYLORDASH_APT/sources.list"
  stub apt-get true
  stub apt-cache true
  run parts 'YES=1; missing_tools() { printf "%s\n" debootstrap ip; }; install_missing' </dev/null
  [ "$status" = 0 ]
  [[ $output != *"Debian 13"* ]]
  [ -z "$(ls "$TAYLORDASH_APT/sources.list.d")" ]
  run parts 'YES=1; missing_tools() { printf "%s\n" debootstrap buildx; }; install_missing' </dev/null
  [[ $output == *"Debian 13 joins the apt sources"* ]]
  [ -s "$TAYLORDASH_APT/sources.list.d/taylordash-trixie.sources" ]
}

@test "package lists that could not be fetched end it before anything is installed" {
  # As apt does: without a network it warns and ends well, unless told otherwise.
  stub apt-get 'case "$*" in *Error-Mode=any*update*) echo "E: Failed to fetch http://mirror.test Temporary failure resolving"; exit 100 ;;
    *update*) echo "W: Some index files failed to download." ;; *"-s install"*) [ ! -e '"$BATS_TEST_TMPDIR"'/none ] || { echo "E: Unable to locate package openssl"; exit 100; } ;;
    *install*) touch '"$BATS_TEST_TMPDIR"'/installed ;; esac'
  touch "$BATS_TEST_TMPDIR/none"
  run parts 'YES=1; missing_tools() { echo openssl; }; install_missing' </dev/null
  [ "$status" = 1 ]
  [[ $output == *"Temporary failure resolving"*"apt-get update failed"*"network"* ]]
  [ ! -e "$BATS_TEST_TMPDIR/installed" ]
  # One list of somebody else's is missing, and none that these are in.
  rm "$BATS_TEST_TMPDIR/none"
  run parts 'YES=1; missing_tools() { echo openssl; }; install_missing' </dev/null
  [ "$status" = 0 ]
  [[ $output == *"Temporary failure resolving"*"going on with those it has"* ]]
  [ -e "$BATS_TEST_TMPDIR/installed" ]
}

@test "Ubuntu: its own engine, and Debian's keys where they are new enough for Debian 13" {
  export TAYLORDASH_OS_RELEASE=$BATS_TEST_TMPDIR/os
  printf 'ID=ubuntu\nVERSION_ID="24.04"\n' >"$BATS_TEST_TMPDIR/os"
  run parts 'packages_for docker engine compose buildx debootstrap ip | xargs'
  [ "$output" = "debian-archive-keyring debootstrap docker-buildx docker-compose-v2 docker.io iproute2" ]
  printf 'ID=ubuntu\nVERSION_ID="22.04"\n' >"$BATS_TEST_TMPDIR/os"
  run parts 'packages_for debootstrap'
  [ "$output" = debootstrap ]
}

@test "packages that apt cannot install end up with apt's own words, nothing installed" {
  stub apt-get 'case "$*" in *"-s install"*) echo "E: Unable to correct problems, you have held broken packages." >&2; exit 100 ;; *install*) touch '"$BATS_TEST_TMPDIR"'/installed ;; esac'
  run parts 'YES=1; missing_tools() { echo openssl; }; install_missing' </dev/null
  [ "$status" = 1 ]
  [[ $output == *"held broken packages"*"do:"* ]]
  [ ! -e "$BATS_TEST_TMPDIR/installed" ]
}

@test "another apt that holds the package lists is waited for" {
  stub apt-get 'case "$*" in *update*) [ -e '"$BATS_TEST_TMPDIR"'/once ] || { touch '"$BATS_TEST_TMPDIR"'/once; echo "E: Could not get lock /var/lib/apt/lists/lock. It is held by process 7 (apt-get)" >&2; exit 100; } ;; esac'
  stub sleep true
  run parts 'YES=1; missing_tools() { echo openssl; }; install_missing' </dev/null
  [ "$status" = 0 ]
  [[ $output == *"waiting for it"* ]]
}

@test "an installation that was killed is finished by dpkg first; where nothing is half-way dpkg is not asked" {
  local asked=$BATS_TEST_TMPDIR/asked
  stub dpkg-query 'printf "%s\n" "ii  bash" "rc  old" "iU  docker.io" "iF  containerd"'
  stub dpkg '[ -e '"$asked"' ] || { touch '"$asked"'; echo "dpkg: error: dpkg frontend lock was locked by another process" >&2; exit 2; }; echo "$*" >>'"$asked"
  stub sleep true
  run parts finish_dpkg
  [ "$status" = 0 ]
  [[ $output == *"dpkg --configure -a (docker.io containerd)"* ]]
  [ "$(cat "$asked")" = "--configure -a" ]
  rm "$asked"
  stub dpkg-query 'echo "ii  bash"'
  run parts "DPKG=$BATS_TEST_TMPDIR; finish_dpkg"
  [ "$status" = 0 ]
  [ "$output" = "" ]
  [ ! -e "$asked" ]
  # What apt means by "dpkg was interrupted".
  mkdir "$BATS_TEST_TMPDIR/updates" && touch "$BATS_TEST_TMPDIR/updates/0001"
  # As long as nothing is to be installed that is none of ours, nor is a package of somebody else's.
  stub dpkg-query 'echo "iF  somebodys-own"'
  parts "DPKG=$BATS_TEST_TMPDIR; missing_tools() { :; }; finish_dpkg"
  [ ! -e "$asked" ]
  parts "DPKG=$BATS_TEST_TMPDIR; missing_tools() { echo openssl; }; finish_dpkg"
  [ -e "$asked" ]
  stub dpkg 'echo "somebody else.s package fails" >&2; exit 1'
  run parts "DPKG=$BATS_TEST_TMPDIR; missing_tools() { echo openssl; }; finish_dpkg"
  [ "$status" = 0 ]
  [[ $output == *"package fails"*"going on"* ]]
}

@test "a command that fails unexpectedly ends up with the step's name; what was told is not told twice" {
  run parts 'watch_silence; RUNNING_STEP=certificates; names=$(false | cat)'
  [ "$status" = 1 ]
  [[ $output == *'stopped at the step "certificates"'*"why:"*"do:"* ]]
  run parts 'watch_silence; RUNNING_STEP=images; names=$(die "no image" "why" "do")'
  [ "$status" = 1 ]
  [[ $output == *"no image"* && $output != *"stopped at"* ]]
  run parts 'watch_silence; RUNNING_STEP=images; true'
  [ "$status" = 0 ]
  [ -z "$output" ]
}

@test "it names the command and its line as written, with no value: that may be a secret" {
  mkdir -p "$TAYLORDASH_STATE_DIR/secrets"
  stub chmod 'exit 3'
  run parts 'watch_silence; RUNNING_STEP=secrets; put_secret portal/x geheim'
  [ "$status" = 1 ]
  local line
  line=$(grep -nxF '  chmod "$3" "$temp"' "$ROOT/infra/host/settings.sh" | cut -d: -f1)
  [[ $output == *"why: \"chmod \"\$3\" \"\$temp\"\" (infra/host/settings.sh line $line) failed with status 3"* ]]
  run parts 'watch_silence; RUNNING_STEP=secrets; value=$(false geheim "$STATE" | cat)'
  [[ $output == *'value=$(false geheim "$STATE" | cat)'*'please report'* && $output != *"-x"* ]]
  run parts 'watch_silence; f() { local word=geheim; { false "$word" <<<"$word"; } | cat >/dev/null; }; f'
  [ "$status" = 1 ]
  [[ $output == *"should not happen"* && $output != *geheim* ]]
  # What is allowed to fail is not what ended it.
  run parts 'watch_silence; false one || true; if false two; then :; fi; exit 4'
  [[ $output == *"a command there failed with status 4"* ]]
}

@test "a machine without iproute2 is given it" {
  run parts 'command() { [ "$2" != ip ] && builtin command "$@"; }; missing_tools; packages_for ip'
  [[ $output == *ip*iproute2* ]]
}

@test "status, logs and user say what is wrong while the engine is down" {
  stub docker 'exit 1'
  local verb
  for verb in status "logs portal" "user list" down "uninstall --yes"; do
    # shellcheck disable=SC2086
    run taylordash $verb
    [ "$status" = 1 ]
    [[ $output == *"does not answer"*"do:"* ]]
  done
}

@test "status lists every service before any container exists" {
  stub docker 'case "$*" in "image inspect"*) exit 1 ;; *) real "$@" ;; esac'
  run taylordash status --json
  [ "$status" = 0 ]
  python3 -c 'import json,sys; rows=json.load(sys.stdin); assert {r["service"] for r in rows} >= {"traefik","portal"}; assert all(r["state"] == "absent" for r in rows)' <<<"$output"
}

@test "uninstall --data wants the project's name" {
  parts 'save_settings; make_secrets'
  run taylordash uninstall --data --confirm wrong </dev/null
  [ "$status" = 1 ]
  [[ $output == *"\"wrong\" is not the project's name, which is $TAYLORDASH_PROJECT"*"do:"*"--confirm $TAYLORDASH_PROJECT"* ]]
  run taylordash uninstall --data </dev/null
  [ "$status" = 1 ]
  [[ $output == *"name was not typed"* ]]
  [ -s "$TAYLORDASH_STATE_DIR/secrets/portal/session_key" ]
}

@test "uninstall keeps the data and says so; with --data no file is left" {
  parts 'save_settings; make_secrets; make_ca; make_leaves; make_host_ca; open_log'
  # Images belong to whoever runs a stack here.
  stub docker 'case "$*" in "volume ls --filter label=com.docker.compose.volume=guard-discover"*) echo other ;;
    "image prune"* | "image rm"* | "image ls"*) echo "$*" >>'"$BATS_TEST_TMPDIR"'/images ;; *) real "$@" ;; esac'
  mkdir -p "$TAYLORDASH_STATE_DIR/.build/99999999/base.x"
  run taylordash uninstall --yes
  [ "$status" = 0 ]
  [[ $output == *"kept secrets"* && $output == *"project other"* ]]
  grep -qx 'image prune -f --filter label=taylordash.source' "$BATS_TEST_TMPDIR/images"
  [ ! -e "$TAYLORDASH_STATE_DIR/.build" ]
  [ ! -e "$TAYLORDASH_STATE_DIR/logs" ]
  [ -s "$TAYLORDASH_STATE_DIR/secrets/portal/session_key" ]
  run taylordash uninstall --data --confirm "$TAYLORDASH_PROJECT"
  [ "$status" = 0 ]
  [ ! -e "$TAYLORDASH_STATE_DIR" ]
}

@test "up ends when the sign-in page answers, and says so when it does not" {
  run parts 'wait_reachable 0'
  [ "$status" = 1 ]
  [[ $output == *"the sign-in page does not answer"*"https://localhost:25443/login: no answer"*"taylordash logs traefik"* ]]
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost -days 1 \
    -keyout "$BATS_TEST_TMPDIR/key" -out "$BATS_TEST_TMPDIR/crt" 2>/dev/null
  openssl s_server -accept 127.0.0.1:25443 -key "$BATS_TEST_TMPDIR/key" -cert "$BATS_TEST_TMPDIR/crt" -www >/dev/null 2>&1 3>&- &
  run parts 'wait_reachable 10'
  kill $!
  [ "$status" = 0 ]
}

@test "what is typed at the first up is checked, and asked again until it is right" {
  ask() { parts 'ask_settings; echo "domain=$TAYLORDASH_DOMAIN mail=$TAYLORDASH_ACME_EMAIL origin=$TAYLORDASH_ORIGIN"'; }
  export ROOT && export -f ask parts
  # script runs its command with $SHELL; dash would drop the exported functions.
  export SHELL=/bin/bash
  # shellcheck disable=SC2016
  run script -qec "bash -c ask" /dev/null < <(printf '%s\n' https://dash.example.com/ '' a.example.org 'not a mail' localhost)
  [ "$status" = 0 ]
  [[ $output == *"fail  values"*"https://dash.example.com/"* ]]
  [[ $output == *"fail  values"*"not a mail"* ]]
  [[ $output == *"domain=localhost mail= origin=https://localhost:25443"* ]]
  # shellcheck disable=SC2016
  run script -qec "bash -c ask" /dev/null < <(printf '%s\n' https://dash.example.com/ '')
  [ "$status" != 0 ]
  [[ $output == *"the input ended before the questions were answered"* && $output != *"domain="* ]]
}

@test "a port's holder is found without ss" {
  export TAYLORDASH_HTTPS_PORT=25643
  python3 -c 'import socket,time; s=socket.create_server(("127.0.0.1",25643)); time.sleep(30)' 3>&- &
  for _ in {1..100}; do
    grep -q "^ *[0-9]*: 0100007F:642B 00000000:0000 0A" /proc/net/tcp && break
    sleep 0.05
  done
  stub ss 'exit 127'
  run taylordash doctor port-https
  kill $!
  [[ $output == *"port 25643 is held by python3 (pid $!)"* ]]
}

@test "uninstall --data takes away what a killed up left half-written" {
  mkdir -p "$TAYLORDASH_STATE_DIR"
  touch "$TAYLORDASH_STATE_DIR/.new.settings.env" "$TAYLORDASH_STATE_DIR/.first-admin"
  stub docker 'case "$1 ${2:-}" in "version "*|"info "*) real "$@" ;; "system df") printf "Images 9GB\nBuild Cache 3GB\n" ;; *) exit 0 ;; esac'
  run taylordash uninstall --data --confirm "$TAYLORDASH_PROJECT"
  [ ! -e "$TAYLORDASH_STATE_DIR" ]
  # What is not only ours stays, and is named.
  [[ $output == *"kept the engine's build cache, 3GB,"*"docker builder prune"* ]]
}

@test "the first admin's password that a killed up never showed is asked for anew; the admin is named in any case" {
  mkdir -p "$TAYLORDASH_STATE_DIR"
  # shellcheck disable=SC2016 # for the stub
  stub docker 'case "$1" in ps) echo id ;; exec) echo "$*" >>'"$BATS_TEST_TMPDIR"'/asked
    case "$*" in *--untold | "$FIRST"*) echo "{\"created\":true,\"name\":\"boss\",\"password\":\"secret-once\"}" ;;
      *) echo "{\"created\":false,\"name\":\"boss\"}" ;; esac ;; esac'
  # Made, and not told.
  FIRST=exec parts first_admin
  # Output that goes to a file has it not, nor has that of a run that has no terminal at all.
  # `script` runs the shell that SHELL names, and a run by CI has none.
  export ROOT FIRST=none SHELL=/bin/bash
  export -f parts
  cp -r "$TAYLORDASH_STATE_DIR" "$BATS_TEST_TMPDIR/begun"
  run setsid -w bash -c "parts 'first_admin; report'"
  [[ $output == *"admin:              boss"*"./taylordash user reset-password boss shows one"* ]]
  [[ $output == *"other machines reach it once it has a name: TAYLORDASH_DOMAIN="* ]]
  [[ $output != *secret-once* ]] || false
  [ "$(cat "$TAYLORDASH_STATE_DIR/.first-admin")" = told ]
  rm -r "$TAYLORDASH_STATE_DIR" && cp -r "$BATS_TEST_TMPDIR/begun" "$TAYLORDASH_STATE_DIR"
  run script -qec "bash -c \"parts 'first_admin; report'\" >$BATS_TEST_TMPDIR/file" /dev/null
  [[ $output == *"one-time password:  secret-once"* ]]
  grep -q "admin:              boss" "$BATS_TEST_TMPDIR/file"
  run grep secret-once "$BATS_TEST_TMPDIR/file"
  [ "$status" = 1 ]
  export -n FIRST
  FIRST=none run parts 'first_admin; report'
  [[ $output == *"admin:              boss (a lost password: ./taylordash user reset-password boss)"* ]]
  [ "$(grep -c -- --untold "$BATS_TEST_TMPDIR/asked")" = 2 ]
  run grep -r secret-once "$TAYLORDASH_STATE_DIR"
  [ "$status" = 1 ]
  # One that was told stays what it is, whatever becomes of later runs.
  [ "$(cat "$TAYLORDASH_STATE_DIR/.first-admin")" = told ]
  FIRST=exec parts first_admin
  FIRST=none run parts 'first_admin; report'
  [ "$(grep -c -- --untold "$BATS_TEST_TMPDIR/asked")" = 2 ]
  [ ! -e "$TAYLORDASH_STATE_DIR/.first-admin.words" ]
}

@test "a person's input is read where a password is asked of it, and left alone otherwise" {
  stub docker 'case "$1" in ps) echo id ;; exec) cat ;; version) echo 26 ;; *) real "$@" ;; esac'
  [ "$(printf 'the next name\n' | taylordash user disable somebody; cat)" = "" ]
  [ "$(printf 'a password\n' | taylordash user add somebody --role viewer --password-stdin)" = "a password" ]
  loop() { while read -r name; do taylordash user disable "$name" && echo "$name"; done; }
  [ "$(printf 'one\ntwo\n' | loop)" = $'one\ntwo' ]
}

@test "logs of a service with several containers say whose each line is" {
  stub docker 'case "$1" in ps) printf "a\nb\n" ;; inspect) echo "/td-portal-${*: -1}" ;; logs) echo "said by ${*: -1}"; echo "and to stderr" >&2; [[ $* != *--follow* ]] || exec sleep 299 ;; version) echo 26 ;; *) real "$@" ;; esac'
  run taylordash logs portal
  [ "$output" = "$(printf 'td-portal-%s\n' 'a | said by a' 'a | and to stderr' 'b | said by b' 'b | and to stderr')" ] ||
    [ "$(sort <<<"$output")" = "$(printf 'td-portal-%s\n' 'a | and to stderr' 'a | said by a' 'b | and to stderr' 'b | said by b')" ]
  # Followed until it is told to end, and then nothing of it stays.
  local how
  for how in TERM INT; do
    env --default-signal=INT "$ROOT/taylordash" logs portal -f >"$BATS_TEST_TMPDIR/followed" 3>&- &
    until [ "$(grep -c 'said by' "$BATS_TEST_TMPDIR/followed")" = 2 ]; do sleep 0.05; done
    kill -$how $!
    wait $! || true
    until ! pgrep -f 'sleep 299' >/dev/null; do sleep 0.05; done
  done
}

@test "uninstall that is not answered removes nothing and says so" {
  stub docker 'case "$1 ${2:-}" in "version "*|"info "*) real "$@" ;; *) exit 0 ;; esac'
  run script -qec "$ROOT/taylordash uninstall" /dev/null < <(printf '\004')
  [[ $output == *"nothing removed"*"the answer was not y"* ]]
  run script -qec "$ROOT/taylordash uninstall --data" /dev/null < <(printf '\004')
  [[ $output == *"nothing removed"*"name was not typed"* ]]
}

@test "a proxy's password is in no log and in no argument" {
  # shellcheck disable=SC2016 # for the stub
  stub docker 'case "$1" in build) echo "$*" >'"$BATS_TEST_TMPDIR"'/arguments; printf %s "$https_proxy" >'"$BATS_TEST_TMPDIR"'/environment ;; *) exit 1 ;; esac'
  https_proxy=http://me:proxy-secret@proxy:3128 parts 'PORTAL_HASH=hash; build_portal'
  grep -q -- '--build-arg https_proxy ' "$BATS_TEST_TMPDIR/arguments"
  grep -q proxy-secret "$BATS_TEST_TMPDIR/environment"
  run grep -r proxy-secret "$TAYLORDASH_STATE_DIR" "$BATS_TEST_TMPDIR/arguments"
  [ "$status" = 1 ]
}

@test "a bundle's portal is that of the checkout: an older one is not saved, another one named when loaded" {
  stub docker 'case "$1" in version) echo 26 ;; image) echo some ;; *) exit 0 ;; esac'
  run taylordash bundle save "$BATS_TEST_TMPDIR/bundle.tgz"
  [ "$status" = 1 ]
  [[ $output == *"nothing was saved"*"older than this checkout"*"./taylordash up makes it anew"* ]]
  run parts 'source "$HOST/images.sh"; portal_current() { false; }; ROOT=$(mktemp -d); mkdir -p $ROOT/infra/images; ln -s /bin/true $ROOT/infra/images/bundle.sh
    verb_bundle load x'
  [ "$status" = 1 ]
  [[ $output == *"not of this checkout"*"save a bundle from one like this"* ]]
}
