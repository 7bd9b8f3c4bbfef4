# shellcheck shell=bash
# Images: pulled where a registry answers, else built from packages. What cannot be had is left out by name.

# The stack lives without these two; all others are needed.
OPTIONAL_SERVICES=(grafana tempo)
IMAGE_LIST=$ROOT/infra/images/images.env
LEFT_OUT=()
# shellcheck disable=SC2034 # read elsewhere
LEFT_OUT_WHY='no image is to be had here'
# shellcheck disable=SC2034 # read elsewhere
LEFT_OUT_FIX='docker pull, or docker load, its image of infra/images/images.env, then ./taylordash up'

image_ref() { sed -n "s/^$1=//p" "$IMAGE_LIST"; }
# The image of a service of images.env, which has its name in capitals.
image_of() { image_ref "$(printf '%s' "$1" | tr 'a-z-' 'A-Z_')"; }
is_optional() { [[ " ${OPTIONAL_SERVICES[*]} " == *" $1 "* ]]; }

# One small image of our own list tells whether a registry answers in useful time.
registry_answers() {
  local ref
  ref=$(image_ref NODE_EXPORTER)
  open_log
  set_aside "$ref"
  timeout 25 docker pull -q "$ref" >>"$LOG_FILE" 2>&1 </dev/null 9<&-
}

image_source() {
  case $TAYLORDASH_IMAGES in
    auto) if registry_answers; then echo pull; else echo packages; fi ;;
    *) echo "$TAYLORDASH_IMAGES" ;;
  esac
}

# Lower-case names of images.env whose image is to be got: it is not here, or not as TAYLORDASH_IMAGES asks for it.
missing_images() {
  local name ref changed
  # Where there is no engine yet, all are missing.
  changed=" $("$ROOT/infra/images/build.sh" changed 2>/dev/null | xargs) "
  while IFS='=' read -r name ref; do
    [[ $name =~ ^[A-Z_]+$ ]] || continue
    name=$(printf '%s' "$name" | tr 'A-Z_' 'a-z-')
    [[ $changed != *" $name "* ]] || { echo "$name" && continue; }
    # The upstream images are needed only to build ours.
    case $name in
      portal) continue ;;
      keycloak-upstream) [[ $changed == *" keycloak "* ]] || ! have_image "$(image_ref KEYCLOAK)" || continue ;;
      node) ! portal_current || continue ;;
    esac
    have_image "$ref" || echo "$name"
  done <"$IMAGE_LIST"
}

# An image that another one takes the place of gets a name of its own, as build.sh gives it: the containers still use it.
set_aside() {
  local id
  id=$(docker image inspect --format '{{.Id}}' "$1" 2>/dev/null) || return 0
  docker tag "$id" "taylordash/replaced:${id:7:12}"
}

# Once nothing uses them. The portal's label is on no image of somebody else's, which may inherit those of the others.
remove_replaced() {
  local ref
  for ref in $(docker image ls --format '{{.Repository}}:{{.Tag}}' --filter reference=taylordash/replaced); do
    docker image rm "$ref" >/dev/null 2>&1 || true
  done
  docker image prune -f --filter label=taylordash.source >/dev/null 2>&1 || true
}

needed_images() {
  local name
  for name in $(missing_images); do is_optional "$name" || printf '%s\n' "$name"; done
}

get_images() {
  local missing needed=() build=() pulled=() name ref from
  mapfile -t missing < <(missing_images)
  # Optional ones were tried at the first `up`; only TAYLORDASH_IMAGES=pull tries them again.
  for name in ${missing[@]+"${missing[@]}"}; do is_optional "$name" || needed+=("$name"); done
  [ ${#missing[@]} -gt 0 ] || return 0
  [ ${#needed[@]} -gt 0 ] || [ "$TAYLORDASH_IMAGES" = pull ] || return 0
  # Here, since what opens it in a shell of its own keeps its name to itself.
  open_log
  from=$(image_source)
  detail "${#missing[@]} images to get, by: $from"
  for name in "${missing[@]}"; do
    ref=$(image_of "$name")
    # Made of its upstream: where that stays, it does.
    if [ "$from" = pull ] && [ "$name" = keycloak ] && have_image "$ref" && [[ " ${pulled[*]-} " != *" keycloak-upstream "* ]]; then
      continue
    fi
    if [ "$from" = pull ] && [ "$name" != keycloak ]; then
      detail "pulling $ref"
      set_aside "$ref"
      if logged docker pull -q "$ref"; then pulled+=("$name") && continue; fi
      ! is_optional "$name" || continue
      # Built here: the stack runs with it until a registry has the other one.
      if have_image "$ref"; then
        detail "  cannot be pulled; the one that was built here stays" && continue
      fi
      [ "$TAYLORDASH_IMAGES" = auto ] || die "image $ref cannot be pulled" "the registry refused or did not answer" "check the network, or run with TAYLORDASH_IMAGES=packages"
    fi
    # The Keycloak build makes its upstream image itself.
    is_optional "$name" || [ "$name" = keycloak-upstream ] || build+=("$name")
  done
  [ ${#build[@]} -gt 0 ] || return 0
  detail "building from packages: ${build[*]}"
  TAYLORDASH_LOG=$LOG_FILE TAYLORDASH_STATE_DIR=$STATE "$ROOT/infra/images/build.sh" "${build[@]}" </dev/null 9<&- ||
    die "the images cannot be built" "infra/images/build.sh failed (lines above)" "mend the cause, run ./taylordash up again: finished images are kept"
}

# What the portal image is made of: every file of the build's context, as .dockerignore lists it, and what others than its
# owner may do with it: the image keeps that, and runs as another user.
portal_hash() {
  local line paths=(Dockerfile .dockerignore) never=(-name '')
  while read -r line; do
    case $line in
      '!'*) paths+=("${line#!}") ;;
      '**/'*) never+=(-o -name "${line#'**/'}") ;;
    esac
  done <"$ROOT/.dockerignore"
  (
    cd "$ROOT" || exit
    find "${paths[@]}" \( "${never[@]}" \) -prune -o -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
    find "${paths[@]}" \( "${never[@]}" \) -prune -o -type f -printf '%m %p\n' -o -type d ! -perm -o=rx -printf '%m %p\n' |
      sed 's/^[0-7]*\([0-7]\) /\1 /' | LC_ALL=C sort
  ) | sha256sum | cut -c 1-32
}

# The image has a label of its own, and inherits the one that says what its Node was made of.
portal_current() {
  local label='{{index .Config.Labels "org.taylordash.sources"}}' node own
  PORTAL_HASH=${PORTAL_HASH:-$(portal_hash)}
  own=$(docker image inspect --format "{{index .Config.Labels \"taylordash.source\"}} $label" "$(image_ref PORTAL)" 2>/dev/null) ||
    return 1
  node=$(docker image inspect --format "$label" "$(image_ref NODE)" 2>/dev/null) || node=${own#* }
  [ "$own" = "$PORTAL_HASH $node" ]
}

build_portal() {
  portal_current && return 0
  detail "building $(image_ref PORTAL)"
  local name proxies=()
  # By name: the value may hold a password, and docker reads it from the environment.
  for name in http_proxy https_proxy no_proxy; do [ -z "${!name-}" ] || proxies+=(--build-arg "$name"); done
  logged docker build ${proxies[@]+"${proxies[@]}"} --label "taylordash.source=$PORTAL_HASH" --secret "id=hostca,src=$SECRETS/host-ca/ca-bundle.crt" \
    -t "$(image_ref PORTAL)" "$ROOT" && return 0
  log_tail 25
  die "the portal image cannot be built" "docker build failed (last lines above)" "read the log, mend the cause, run ./taylordash up again"
}

# The portal's image is made after all others were tried: without it nothing is known to be left out yet.
was_left_out() { is_optional "$1" && ! have_image "$(image_of "$1")" && have_image "$(image_ref PORTAL)"; }

# Services whose image is here; the others, if the stack can live without them, go to LEFT_OUT.
choose_services() {
  local service ref
  SERVICES=()
  LEFT_OUT=()
  while read -r service ref _; do
    if have_image "$ref"; then
      SERVICES+=("$service")
    elif is_optional "$service"; then
      LEFT_OUT+=("$service")
    else
      die "no image for $service" "$ref is neither here nor to be had" "run ./taylordash up again with TAYLORDASH_IMAGES=pull or packages"
    fi
  done < <(compose_rows)
  [ ${#SERVICES[@]} -gt 0 ] || die "the compose files cannot be read" "$(compose config 2>&1 | tail -n 1)" "./taylordash doctor own-services names the file; mend it or check it out anew"
}

verb_bundle() {
  case ${1:-} in
    save | load) [ $# -eq 2 ] || incomplete "bundle $1 wants one file" "./taylordash bundle $1 FILE" ;;
    '') incomplete "bundle wants save or load, and a file" "./taylordash bundle save FILE" ;;
    *) misuse "unknown bundle action \"$1\"" "$(nearest "$1" save load)" "./taylordash bundle save FILE, or: bundle load FILE" ;;
  esac
  need_engine "the images cannot be moved"
  if [ "$1" = save ] && have_image "$(image_ref PORTAL)" && ! portal_current; then
    die "nothing was saved" "the portal's image is older than this checkout, and another machine could not use it" \
      "./taylordash up makes it anew; then save again"
  fi
  "$ROOT/infra/images/bundle.sh" "$@" || exit
  [ "$1" = save ] || portal_current ||
    die "the portal's image in the bundle is not of this checkout" "./taylordash up would build it anew, which needs a network" \
      "use the checkout it was saved from, with the same modes of its files, or save a bundle from one like this"
}
