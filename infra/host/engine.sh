# shellcheck shell=bash
# The Docker engine and compose as this command uses them.

# shellcheck disable=SC2034 # read by the checks
PROC=${TAYLORDASH_PROC:-/proc}
# The engine outlives a project, so its log lies outside every state directory.
DOCKERD_LOG=/var/log/taylordash-dockerd.log
DOCKERD_PID=/var/run/docker.pid

# Both fail, and say nothing, where there is none.
engine_version() { timeout 5 docker version --format '{{.Server.Version}}' 2>/dev/null; }
compose_version() { timeout 5 docker compose version --short 2>/dev/null; }

engine_answers() { engine_version >/dev/null; }

engine_socket() {
  local socket=${DOCKER_HOST:-unix:///var/run/docker.sock}
  [[ $socket != unix://* ]] || printf '%s' "${socket#unix://}"
}

# True where there is an engine and this user may not talk to it.
socket_forbidden() {
  local socket
  socket=$(engine_socket)
  [ -n "$socket" ] && [ -e "$socket" ] && ! { [ -r "$socket" ] && [ -w "$socket" ]; }
}

# need_engine WHAT: ends the command where no engine answers; WHAT cannot be done then.
need_engine() {
  ! engine_answers || return 0
  ! socket_forbidden || die "$1" "user $(id -un) may not use the Docker engine ($(engine_socket))" "run it as root: sudo ./taylordash ..."
  die "$1" "the Docker engine does not answer" "./taylordash doctor says why; ./taylordash up installs and starts it"
}

# compose_with ARRAY ARGUMENT...: the stack's file with those of that array. Relative paths start at the checkout.
compose_with() {
  local -n with=$1
  local file options=(--project-directory "$ROOT" -p "$TAYLORDASH_PROJECT" -f "$ROOT/docker-compose.yml")
  shift
  for file in ${with[@]+"${with[@]}"}; do options+=(-f "$file"); done
  [ ! -f "$SETTINGS_FILE" ] || options+=(--env-file "$SETTINGS_FILE")
  docker compose "${options[@]}" "$@"
}

compose() {
  local own
  mapfile -t own < <(own_files)
  compose_with own "$@"
}

project_filter() { printf 'label=com.docker.compose.project=%s' "$TAYLORDASH_PROJECT"; }

service_managed() { [ -d /run/systemd/system ] && command -v systemctl >/dev/null; }

# Encapsulated links (cloud, VPN) carry less than 1500 bytes; containers must not send more.
dockerd_flags() {
  if [ -n "${TAYLORDASH_DOCKERD_FLAGS:-}" ]; then
    printf '%s' "$TAYLORDASH_DOCKERD_FLAGS"
    return
  fi
  local device mtu
  device=$(ip route show default 2>/dev/null | sed -n 's/.* dev \([^ ]*\).*/\1/p' | head -n 1)
  mtu=$(cat "/sys/class/net/$device/mtu" 2>/dev/null || echo 1500)
  [ "$mtu" -ge 1500 ] || printf -- '--mtu %s' "$((mtu < 1400 ? mtu : 1400))"
}

# An engine that somebody started by hand would not come back after a reboot. One elsewhere is none of ours.
enable_engine() {
  [ -z "${DOCKER_HOST:-}" ] && service_managed && [ "$(systemctl is-enabled docker 2>/dev/null)" = disabled ] || return 0
  detail "systemctl enable docker: it starts after a reboot too"
  logged systemctl enable docker || true
}

start_engine() {
  if engine_answers; then enable_engine && return; fi
  if service_managed; then
    detail "systemctl enable --now docker"
    logged systemctl enable --now docker || true
  else
    local flags log=$DOCKERD_LOG
    read -r -a flags <<<"$(dockerd_flags)"
    detail "no service manager: dockerd runs detached, log in $log; after a reboot run ./taylordash up again"
    # Nobody else rotates it.
    [ "$(stat -c %s "$log" 2>/dev/null || echo 0)" -lt 20000000 ] || mv -f "$log" "$log.1"
    # A pid file from before a power cut would stop it, once that number is somebody else's.
    [ "$(cat "$PROC/$(cat "$DOCKERD_PID" 2>/dev/null || echo none)/comm" 2>/dev/null)" = dockerd ] || rm -f "$DOCKERD_PID"
    setsid dockerd ${flags[@]+"${flags[@]}"} >>"$log" 2>&1 </dev/null 9<&- &
  fi
  local deadline=$(($(date +%s) + 60))
  until engine_answers; do
    if [ "$(date +%s)" -ge $deadline ]; then
      [ -z "${log:-}" ] || tail -n 10 "$log" >&2
      die "the Docker engine does not answer" "it was started and stayed silent for 60 s" \
        "read ${log:-journalctl -u docker}, mend the cause, run ./taylordash up again"
    fi
    sleep 0.5
  done
}

# Service names of all files; those of docker-compose.yml alone where compose is missing or a file is broken.
compose_services() {
  compose config --services 2>/dev/null | sort && return 0
  [ -f "$ROOT/docker-compose.yml" ] || return 0
  awk '/^[a-z]/ { in_services = ($1 == "services:") }
       in_services && /^  [a-z0-9][a-z0-9-]*:/ { sub(":.*", "", $1); print $1 }' "$ROOT/docker-compose.yml" | sort
}

have_image() { timeout 10 docker image inspect --format '{{.Id}}' "$1" >/dev/null 2>&1; }

# The tag of the portal's image is the release.
verb_version() {
  [ $# -eq 0 ] || misuse "unknown option \"$1\" of version"
  local version
  version=$(image_ref PORTAL)
  say "TaylorDash ${version##*:}"
  ! version=$(engine_version) || say "Docker engine $version"
  ! version=$(compose_version) || say "Docker compose ${version#v}"
}

# must_be_ours WHAT VERB: ends a command that stops or removes the stack while an `up` works on it, or where another
# checkout started it, which has its settings and secrets. One that was moved or deleted cannot take it down itself.
must_be_ours() {
  local dir
  [ ! -d "$STATE" ] || take_lock
  # A compose that outlived its killed `up`, as in start_services.
  if [ -d "$SECRETS" ]; then
    exec 8<"$SECRETS"
    flock -w 180 8 || die "$1" "a docker compose of an earlier ./taylordash up still works on its services" "wait until it is done, or end it; then repeat this"
  fi
  while read -r dir; do
    # By what it is, not how it is written: a link, a mount, a folder that was moved.
    if [ -z "$dir" ] || [ "$dir" -ef "$ROOT" ] || [ ! -e "$dir/taylordash" ]; then continue; fi
    die "$1" "project $TAYLORDASH_PROJECT runs from another checkout, $dir" \
      "run it there: $dir/taylordash $2; or name the project of this one with TAYLORDASH_PROJECT"
  done < <(docker ps -a --filter "$(project_filter)" --filter label=com.docker.compose.oneoff=False \
    --format '{{.Label "com.docker.compose.project.working_dir"}}' | sort -u)
}

verb_down() {
  [ $# -eq 0 ] || misuse "unknown option \"$1\" of down"
  need_engine "cannot stop the stack"
  must_be_ours "cannot stop the stack" down
  local out had
  had=$(docker ps -aq --filter "$(project_filter)")
  out=$(compose --progress plain down --remove-orphans 2>&1) ||
    { printf '%s\n' "$out" | tail -n 10 >&2 && die "the stack cannot be stopped" "docker compose down failed (last lines above)" "mend the cause and run it again"; }
  [ -n "$had" ] || { say "Nothing to stop: project $TAYLORDASH_PROJECT has no containers here. ./taylordash up starts it." && return; }
  say "Stopped. Volumes and secrets are kept; ./taylordash up starts again."
}
