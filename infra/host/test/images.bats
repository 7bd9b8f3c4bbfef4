#!/usr/bin/env bats
# Which images are got, and how a build that fails goes on. That they are built at all: `./taylordash test stack-up`.
load helper

# builds_that SAY FAIL: the engine's builds say SAY and fail, FAIL times, before one is done.
builds_that() {
  # shellcheck disable=SC2016 # for the stub
  stub docker "$(printf 'TRIES=%q SAY=%q FAIL=%q\n' "$BATS_TEST_TMPDIR/tries" "$1" "$2")"'
    [[ $1 = buildx ]] || exit 1
    echo "$SAY" | tee -a "$TRIES"
    (($(wc -l <"$TRIES") > FAIL))'
  stub sleep "echo \"\$1\" >>'$BATS_TEST_TMPDIR/pauses'"
}

build() { TAYLORDASH_LOG=$BATS_TEST_TMPDIR/log run bash "$ROOT/infra/images/build.sh" portal; }

@test "a build whose network failed is tried again after a pause, and says so" {
  builds_that "E: Temporary failure resolving 'mirror.example'" 2
  build
  [ "$status" = 0 ]
  [[ $output == *"the network failed; again in 5 s"*"again in 20 s"*"built in"* ]]
  [ "$(xargs <"$BATS_TEST_TMPDIR/pauses")" = "5 20" ]
}

@test "a network that stays away ends it at the third try, with the build's own words" {
  builds_that 'npm error code EAI_AGAIN' 9
  build
  [ "$status" = 1 ]
  [[ $output == *"| npm error code EAI_AGAIN"*"could not be built"* ]]
  [ "$(wc -l <"$BATS_TEST_TMPDIR/tries")" = 3 ]
}

@test "any other failure is not tried again" {
  builds_that 'error: unknown instruction' 9
  build
  [ "$status" = 1 ]
  [ "$(wc -l <"$BATS_TEST_TMPDIR/tries")" = 1 ]
  [ ! -e "$BATS_TEST_TMPDIR/pauses" ]
}

# What is here, for the engine below: a line "REFERENCE|LABEL|KEYCLOAK'S LABEL" an image; a pulled one has neither.
here() { printf '%s\n' "$@" >>"$BATS_TEST_TMPDIR/here"; }
all_here() { # all_here MADE: made here of what the checkout holds, or pulled
  local name ref
  while IFS='=' read -r name ref; do
    name=$(tr 'A-Z_' 'a-z-' <<<"$name")
    case $name in
      keycloak) here "$ref|$([ "$1" = pulled ] || sources keycloak-upstream)|$(sources keycloak)" ;;
      portal) here "$ref|hash $([ "$1" = pulled ] || sources node)" ;;
      grafana | tempo) ;;
      *) here "$ref|$([ "$1" = pulled ] || sources "$name")" ;;
    esac
  done < <(grep -E '^[A-Z_]+=' "$ROOT/infra/images/images.env")
  here "taylordash/base:trixie|$(sources base)"
}
sources() { bash -c 'source "$1" list >/dev/null 2>&1; sources_of "$2"' bash "$ROOT/infra/images/build.sh" "$1"; }
image() { sed -n "s/^$1=//p" "$ROOT/infra/images/images.env"; }
# forget REFERENCE [LINE]: it is not here any more, or another one is.
forget() {
  sed -i "\\#^$1|#d" "$BATS_TEST_TMPDIR/here"
  [ $# = 1 ] || here "$2"
}
# An engine with these images; what it pulls or builds is written down. No registry answers unless REGISTRY is 1.
engine_with_them() {
  # shellcheck disable=SC2016 # for the stub
  stub docker "$(printf 'T=%q REGISTRY=%q\n' "$BATS_TEST_TMPDIR" "${REGISTRY:-0}")"'
    case "$1 $2" in
      "image inspect")
        echo x >>"$T/asked"; format=$4; shift 4; code=0
        for ref; do
          IFS="|" read -r _ label keycloak < <(grep -F "$ref|" "$T/here") || { code=1 && continue; }
          case $format in *join*) echo " $ref |$label|$keycloak" ;; *Labels*) echo "$label" ;; *) echo sha256:0 ;; esac
        done
        exit $code ;;
      "pull -q") echo "pull $3" >>"$T/got"; [ "$REGISTRY" = 1 ] && sed -i "s#^$3|.*#$3|#" "$T/here" ;;
      "tag "* | "image rm" | "image prune") echo "$*" >>"$T/names" ;;
      "image ls") printf "%s\\n" taylordash/replaced:{0,1} ;;
      "buildx build") while [ "$1" != --tag ]; do shift; done; echo "build $2" >>"$T/got" ;;
    esac'
}
# get IMAGES: what `up` gets with TAYLORDASH_IMAGES=IMAGES, a word a line.
get() {
  rm -f "$BATS_TEST_TMPDIR/got"
  TAYLORDASH_IMAGES=$1 run parts 'PORTAL_HASH=hash; registry_answers() { return 1; }; get_images'
  [ "$status" = 0 ] || { echo "$output" && return 1; }
  GOT=$(sort "$BATS_TEST_TMPDIR/got" 2>/dev/null || true)
}

@test "with nothing changed nothing is got, of either family, and the engine is asked for all at once" {
  engine_with_them
  all_here made
  rm "$BATS_TEST_TMPDIR/asked"
  get auto
  [ "$GOT" = "" ]
  # One question for the changed ones, one for each that may be missing.
  [ "$(wc -l <"$BATS_TEST_TMPDIR/asked")" -le 20 ]
  get packages
  [ "$GOT" = "" ]
  rm "$BATS_TEST_TMPDIR/here"
  all_here pulled
  get auto
  [ "$GOT" = "" ]
  get pull
  [ "$GOT" = "$(printf 'pull %s\n' "$(image GRAFANA)" "$(image TEMPO)")" ]
  # Without the upstream ones, which nothing needs now.
  forget "$(image KEYCLOAK_UPSTREAM)"
  forget "$(image NODE)"
  get auto
  [ "$GOT" = "" ]
}

@test "what was built here is built again once its sources changed, Keycloak's too, and nothing else" {
  engine_with_them
  all_here made
  forget "$(image POSTGRES)" "$(image POSTGRES)|old"
  get auto
  [ "$GOT" = "build $(image POSTGRES)" ]
  forget "$(image POSTGRES)" "$(image POSTGRES)|$(sources postgres)"
  forget "$(image KEYCLOAK)" "$(image KEYCLOAK)|$(sources keycloak-upstream)|old"
  get auto
  [ "$GOT" = "build $(image KEYCLOAK)" ]
  # Its upstream's sources changed, and that is not here any more.
  forget "$(image KEYCLOAK)" "$(image KEYCLOAK)|old|$(sources keycloak)"
  forget "$(image KEYCLOAK_UPSTREAM)"
  get auto
  [ "$GOT" = "$(printf 'build %s\n' "$(image KEYCLOAK_UPSTREAM)" "$(image KEYCLOAK)" | sort)" ]
}

@test "TAYLORDASH_IMAGES=packages builds what was pulled; pull fetches what was built here, and makes Keycloak of it" {
  engine_with_them
  all_here pulled
  get packages
  [ "$GOT" = "$(grep -vE '^(#|$)|PORTAL|GRAFANA|TEMPO' "$ROOT/infra/images/images.env" | sed 's/.*=/build /' | sort)" ]
  rm "$BATS_TEST_TMPDIR/here"
  all_here made
  REGISTRY=1 engine_with_them
  get pull
  [ "$GOT" = "$(sed -nE '/PORTAL/d; s/^KEYCLOAK=/build /p; s/^[A-Z_]+=/pull /p' "$ROOT/infra/images/images.env" | sort)" ]
}

@test "a portal built on another Node than the one here is not current" {
  engine_with_them
  all_here made
  parts 'PORTAL_HASH=hash; portal_current'
  forget "$(image NODE)" "$(image NODE)|"
  run parts 'PORTAL_HASH=hash; portal_current'
  [ "$status" = 1 ]
}

@test "the whole log is one file, what the registry said too" {
  engine_with_them
  all_here made
  forget "$(image POSTGRES)"
  parts 'PORTAL_HASH=hash; registry_answers() { open_log; echo "registry: no" >>"$LOG_FILE"; sleep 1.1; return 1; }; get_images
    logged echo "later words"'
  [ "$(find "$TAYLORDASH_STATE_DIR/logs" -name '*-up.log' | wc -l)" = 1 ]
  grep -q 'registry: no' "$TAYLORDASH_STATE_DIR"/logs/*-up.log
  grep -q 'later words' "$TAYLORDASH_STATE_DIR"/logs/*-up.log
}

@test "an image that another takes the place of keeps a name of ours until nothing uses it; the portal's has its label" {
  engine_with_them
  all_here made
  forget "$(image POSTGRES)" "$(image POSTGRES)|old"
  get auto
  [ "$(cat "$BATS_TEST_TMPDIR/names")" = "$(printf '%s\n' "tag $(image POSTGRES) taylordash/replaced:0" "image rm taylordash/replaced:0")" ]
  rm "$BATS_TEST_TMPDIR/names"
  REGISTRY=1 engine_with_them
  get pull
  grep -qx "tag sha256:0 taylordash/replaced:0" "$BATS_TEST_TMPDIR/names"
  rm "$BATS_TEST_TMPDIR/names"
  parts remove_replaced
  [ "$(cat "$BATS_TEST_TMPDIR/names")" = "$(printf 'image %s\n' "rm taylordash/replaced:0" "rm taylordash/replaced:1" \
    "prune -f --filter label=taylordash.source")" ]
}

@test "what a killed build left on the disk the next one takes away, mounts too; what is at work stays" {
  local left=$TAYLORDASH_STATE_DIR/.build
  mkdir -p "$left/99999999/base.x/proc" "$left/$$"
  touch "$left/99999999/base.x/file"
  mount -t tmpfs none "$left/99999999/base.x/proc" || true
  builds_that done 0
  build
  [ "$status" = 0 ]
  [ "$(ls "$left")" = $$ ]
}

@test "the portal is made anew when a file, or who may read it, changed; a group's rights are no matter" {
  local checkout=$BATS_TEST_TMPDIR/checkout first
  mkdir -p "$checkout/app/sub" "$checkout/app/secrets" "$checkout/infra/host" "$checkout/secrets"
  printf '*\n!app\nsecrets\n**/secrets\n' >"$checkout/.dockerignore"
  touch "$checkout/Dockerfile"
  touch "$checkout/app/page" "$checkout/app/sub/page"
  chmod -R u=rwX,go=rX "$checkout"
  hash() { parts "ROOT=$checkout; portal_hash"; }
  first=$(hash)
  chmod -R g+w "$checkout"
  # Such as a bundle that was copied beside the command, on a machine that could build nothing.
  touch "$checkout/infra/host/x" "$checkout/secrets/x" "$checkout/app/secrets/x" "$checkout/bundle.tgz" "$checkout/.swp"
  [ "$(hash)" = "$first" ]
  local change
  for change in "chmod o-r app/page" "chmod o-x app/sub" "chmod a+x app/page" "cp /etc/hostname app/page" "cp /etc/hostname Dockerfile"; do
    [ "$(hash)" = "$first" ]
    (cd "$checkout" && $change)
    [ "$(hash)" != "$first" ] || { echo "$change" && return 1; }
    chmod -R a=rX "$checkout" && chmod -x "$checkout/app/page"
    : >"$checkout/Dockerfile" && : >"$checkout/app/page"
  done
}

@test "a downloaded file whose sum is another one, or not known, ends the build" {
  local check=$ROOT/infra/images/stage/check-sums.sh file=$BATS_TEST_TMPDIR/traefik.whl
  echo content >"$file"
  (cd "$BATS_TEST_TMPDIR" && sha256sum traefik.whl >sums)
  "$check" "$BATS_TEST_TMPDIR/sums" "$file"
  echo more >>"$file"
  run "$check" "$BATS_TEST_TMPDIR/sums" "$file"
  [ "$status" = 1 ]
  [[ $output == *"traefik.whl is not the file this checkout was tested with"* ]]
  : >"$BATS_TEST_TMPDIR/sums"
  run "$check" "$BATS_TEST_TMPDIR/sums" "$file"
  [ "$status" = 1 ]
  [[ $output == *"no sum of traefik.whl is known"*"$(sha256sum <"$file" | cut -c 1-64)"* ]]
  # Each that is fetched from outside Debian asks for it.
  local name
  for name in traefik objectstore node keycloak; do grep -q check-sums.sh "$ROOT/infra/images/$name/Dockerfile"; done
}
