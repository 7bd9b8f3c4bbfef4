#!/usr/bin/env bash
# Builds the images of images.env from distribution packages, under their upstream names and tags.
#   build.sh all | base | NAME...   [--force]     NAME: a service, lower case, as `list` shows
#   build.sh list                                 name, reference, can be built, present
#   build.sh changed                              names of those that are here and not as they are to be
#   build.sh clear                                removes what killed runs left on the disk
# An image that exists is left alone unless its own sources changed, or with --force. An official (pulled) image
# is replaced only with --force or TAYLORDASH_IMAGES=packages. The whole output goes to $TAYLORDASH_LOG.
set -Eeuo pipefail

images=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
checkout=$(cd "$images/../.." && pwd)
state=${TAYLORDASH_STATE_DIR:-$checkout}
log=${TAYLORDASH_LOG:-$state/logs/images.log}
# An image that another one takes the place of gets this name: containers may still use it. `up` removes it later.
readonly images checkout state log OLD=taylordash/replaced BASE=taylordash/base:trixie LABEL=org.taylordash.sources JOBS=2
# What an image was made of. Keycloak has a label of its own: the other one it inherits, if its upstream was built here.
readonly MADE_OF=" {{ join .RepoTags \" \" }} |{{ index .Config.Labels \"$LABEL\" }}|{{ index .Config.Labels \"$LABEL.keycloak\" }}"

# shellcheck source=/dev/null
. "$images/images.env"
# shellcheck source=/dev/null
. "$images/base.sh"

# Longest first: two run at once. The portal is built from this checkout, by name only.
readonly ALL=(keycloak node postgres traefik objectstore mosquitto mqtt-proxy prometheus alertmanager node-exporter postgres-exporter)
readonly NEVER=(grafana tempo)

usage() { sed -n '2,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }

names() { sed -n 's/^\([A-Z_]*\)=.*/\1/p' "$images/images.env" | tr 'A-Z_' 'a-z-'; }

reference_of() {
  local variable
  [[ "$1" != base ]] || { echo "$BASE"; return; }
  variable=$(tr 'a-z-' 'A-Z_' <<< "$1")
  [[ "$variable" =~ ^[A-Z_]+$ && -n "${!variable-}" ]] || { echo "build.sh: no image named $1; see: build.sh list" >&2; return 1; }
  echo "${!variable}"
}

# version_of REFERENCE: upstream's version: no leading v, no flavour after a hyphen.
version_of() { local tag=${1##*:}; tag=${tag#v}; echo "${tag%%-*}"; }

can_build() { [[ " ${NEVER[*]} " != *" $1 "* ]]; }
exists() { docker image inspect "$1" > /dev/null 2>&1; }

# folder_of NAME: where its Dockerfile is.
folder_of() {
  case "$1" in
    keycloak) echo "$checkout/infra/keycloak" ;;
    keycloak-upstream) echo "$images/keycloak" ;;
    alertmanager | node-exporter | postgres-exporter) echo "$images/prometheus" ;;
    *) echo "$images/$1" ;;
  esac
}

# sources_of NAME: a hash of everything that decides what the image holds.
sources_of() {
  {
    reference_of "$1"
    case "$1" in
      base) cat "$images/base.sh" ;;
      keycloak) cat "$(folder_of "$1")"/{Dockerfile,java.security} ;;
      *) cat "$images/base.sh" "$images"/stage/* "$(folder_of "$1")"/* ;;
    esac
  } | sha256sum | cut -c1-16
}

# is_wanted NAME LABEL KEYCLOAK-LABEL: whether an image with these labels is what TAYLORDASH_IMAGES asks for.
is_wanted() {
  if [[ "$1" == keycloak ]]; then
    [[ "$3" == "$(sources_of keycloak)" ]] && is_wanted keycloak-upstream "$2"
    return
  fi
  # Without a label it was pulled. The base cannot be.
  case "${TAYLORDASH_IMAGES:-auto}:$1:$2" in
    packages:*:) return 1 ;;
    *:) ;;
    pull:base:*) [[ "$2" == "$(sources_of base)" ]] ;;
    pull:*) return 1 ;;
    *) [[ "$2" == "$(sources_of "$1")" ]] ;;
  esac
}

is_current() {
  local facts label of_keycloak
  facts=$(docker image inspect --format "$MADE_OF" "$(reference_of "$1")" 2> /dev/null) || return 1
  IFS='|' read -r _ label of_keycloak <<< "$facts"
  is_wanted "$1" "$label" "$of_keycloak"
}

# changed: what `up` is to get anew although it is here. One question to the engine for all: `up` asks at every run. The
# portal's own sources `up` compares itself, and the upstream of a Keycloak that is as it is to be is of no use.
changed() {
  local name reference references=() facts line label of_keycloak keycloak='' found=()
  for name in $(names); do references+=("$(reference_of "$name")"); done
  facts=$(docker image inspect --format "$MADE_OF" "${references[@]}" 2> /dev/null || true)
  for name in $(names); do
    reference=$(reference_of "$name")
    line=$(grep -m 1 -F -- " $reference " <<< "$facts") || continue
    if [[ "$name" == portal ]] || ! can_build "$name"; then continue; fi
    IFS='|' read -r _ label of_keycloak <<< "$line"
    is_wanted "$name" "$label" "$of_keycloak" || found+=("$name")
  done
  [[ " ${found[*]} " != *' keycloak '* ]] || keycloak=1
  for name in "${found[@]}"; do [[ "$name" == keycloak-upstream && -z "$keycloak" ]] || echo "$name"; done
}

# host_authorities FILE: the host's own extra authorities; an empty file if it has none.
host_authorities() {
  local certificate
  : > "$1"
  for certificate in /usr/local/share/ca-certificates/*.crt /usr/local/share/ca-certificates/*/*.crt; do
    [[ ! -f "$certificate" ]] || { cat "$certificate"; echo; } >> "$1"
  done
}

# docker_build NAME CONTEXT [OPTION...]
docker_build() {
  local name=$1 context=$2 reference variable label=$LABEL proxies=()
  shift 2
  [[ "$name" != keycloak ]] || label=$LABEL.keycloak
  reference=$(reference_of "$name")
  for variable in http_proxy https_proxy no_proxy; do
    [[ -z "${!variable-}" ]] || proxies+=(--build-arg "$variable")
  done
  docker buildx build --builder default --load --progress plain --provenance=false \
    --secret "id=hostca,src=$authorities" --label "$label=$(sources_of "$name")" \
    --build-arg "VERSION=$(version_of "$reference")" ${no_cache:+--no-cache} \
    "${proxies[@]}" "$@" --tag "$reference" "$context"
}

build_image() {
  local packages
  case "$1" in
    base) build_base "$BASE" "$authorities" "$LABEL=$(sources_of base)" ;;
    keycloak) docker_build keycloak "$checkout/infra/keycloak" ;;
    portal) docker_build portal "$checkout" ;;
    prometheus | alertmanager | node-exporter | postgres-exporter)
      packages=prometheus-$1
      [[ "$1" != prometheus ]] || packages='prometheus promtool'
      docker_build "$1" "$images" -f "$images/prometheus/Dockerfile" --target "$1" --build-arg "PACKAGES=$packages"
      ;;
    *) docker_build "$1" "$images" -f "$(folder_of "$1")/Dockerfile" ;;
  esac
}

# network_failed FILE: whether a build's output speaks of a failure that passes: a name, a connection, a slow mirror.
network_failed() {
  grep -qE 'Temporary failure (in name resolution|resolving)|Could not resolve|EAI_AGAIN|E(TIMEDOUT|CONNRESET)|[Cc]onnection (timed out|reset|failed)|[Rr]ead timed out|Network is unreachable|50[234] (Bad Gateway|Service Unavailable|Gateway Time-?out)' "$1"
}

# clear_killed: folders of runs that are no more, with what debootstrap had mounted there.
clear_killed() {
  local folder
  for folder in "$state"/.build/* "${TMPDIR:-/var/tmp}"/taylordash-base.*; do
    # The last word of its name is the process that made it.
    [[ -d "$folder" && ! -e "/proc/${folder##*[./]}" ]] || continue
    awk -v below="$folder/" 'index($2, below) == 1 { print $2 }' /proc/mounts | sort -r | xargs -r umount || true
    rm -rf --one-file-system "$folder" || true
  done
}

clock() { printf '%d:%02d' $((SECONDS / 60)) $((SECONDS % 60)); }

# make NAME: one image with what it stands on; a progress line when it is there, the end of its output if it fails.
make() {
  local name=$1 reference previous output pause code=0 began=$SECONDS
  reference=$(reference_of "$name")
  previous=$(docker image inspect --format '{{ .Id }}' "$reference" 2> /dev/null || true)
  previous=${previous:+$OLD:${previous:7:12}}
  [[ "$name" != keycloak ]] || make keycloak-upstream || return 1
  if [[ -z "$force" && "$name" != portal ]] && is_current "$name"; then
    printf '%6s  %-52s present\n' "$(clock)" "$reference"
    return 0
  fi
  [[ -z "$previous" ]] || docker tag "$reference" "$previous" || return 1
  output=$work/$name.log
  for pause in 5 20 ''; do
    code=0
    # A process of its own: errexit is off inside a condition, on in here.
    "$BASH" "${BASH_SOURCE[0]}" build-one "$name" "$authorities" "$no_cache" > "$output" 2>&1 || code=$?
    { echo "===== $(date -u +%FT%TZ) $reference"; cat "$output"; } >> "$log"
    { [[ "$code" != 0 && -n "$pause" ]] && network_failed "$output"; } || break
    printf '%6s  %-52s the network failed; again in %s s\n' "$(clock)" "$reference" "$pause"
    sleep "$pause"
  done
  if [[ "$code" != 0 ]]; then
    printf '%6s  %-52s FAILED\n' "$(clock)" "$reference"
    tail -n 25 "$output" | cut -c 1-180 | sed 's/^/        | /' >&2
    echo "build.sh: the image $reference ($name) could not be built; whole output: $log" >&2
    return 1
  fi
  # Refused, rightly, while a container uses it.
  [[ -z "$previous" ]] || docker image rm "$previous" > /dev/null 2>&1 || true
  printf '%6s  %-52s built in %s s\n' "$(clock)" "$reference" $((SECONDS - began))
}

make_all() {
  local name running=0 failed=0
  for name in "$@"; do
    if ((running == JOBS)); then
      wait -n || failed=1
      running=$((running - 1))
    fi
    ((failed == 0)) || break
    make "$name" &
    running=$((running + 1))
  done
  while ((running > 0)); do
    wait -n || failed=1
    running=$((running - 1))
  done
  return "$failed"
}

list() {
  local name reference
  printf '%-18s %-52s %-6s %s\n' NAME REFERENCE BUILD PRESENT
  for name in $(names); do
    reference=$(reference_of "$name")
    printf '%-18s %-52s %-6s %s\n' "$name" "$reference" \
      "$(can_build "$name" && echo yes || echo no)" "$(exists "$reference" && echo yes || echo no)"
  done
}

needs_base() {
  local name
  [[ -z "$force" ]] || return 0
  for name in "$@"; do
    [[ "$name" != keycloak ]] || name='keycloak-upstream'
    [[ "$name" == portal ]] || is_current "$name" || return 0
  done
  return 1
}

main() {
  local name wanted=()
  force='' no_cache=''
  for name in "$@"; do
    case "$name" in
      --force) force=1 no_cache=1 ;;
      --help | -h) usage; return 0 ;;
      all) wanted+=("${ALL[@]}") ;;
      base) ;;
      *) wanted+=("$name") ;;
    esac
  done
  (($# > 0)) || { usage >&2; return 2; }
  for name in "${wanted[@]}"; do
    reference_of "$name" > /dev/null || return 2
    can_build "$name" || { echo "build.sh: $name cannot be built from packages ($(reference_of "$name")): no distribution has it. It is left out unless its image can be pulled or loaded." >&2; return 3; }
  done
  mkdir -p "$(dirname "$log")"
  clear_killed
  work=$state/.build/$$
  mkdir -p "$work"
  trap 'rm -rf --one-file-system "$work"' EXIT
  authorities=$work/host-ca.crt
  host_authorities "$authorities"
  # A machine with all images (a loaded bundle) needs no base, no debootstrap and no network.
  if ((${#wanted[@]} == 0)) || needs_base "${wanted[@]}"; then
    make base || return 1
  fi
  make_all "${wanted[@]}"
}

case "${1-}" in
  list | changed) "$1" ;;
  clear)
    clear_killed
    rmdir "$state/.build" 2> /dev/null || true
    ;;
  build-one)
    authorities=$3 no_cache=$4
    build_image "$2"
    ;;
  *) main "$@" ;;
esac
