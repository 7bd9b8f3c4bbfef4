# shellcheck shell=bash
# `uninstall`: containers, networks, image tags, settings, logs. Volumes and secrets only with --data and the name typed.

# Another TaylorDash on this machine keeps the images: its volumes have the same roles under another project.
other_project() {
  docker volume ls --filter label=com.docker.compose.volume=guard-discover --format '{{.Label "com.docker.compose.project"}}' |
    grep -vxF "$TAYLORDASH_PROJECT" | head -n 1 || true
}

# Those of releases before, which have other tags or none: built here, under a name of the list.
remove_old_images() {
  local repositories ref
  repositories=$(sed -n 's/^[A-Z_]*=\(.*\):.*/\1/p' "$IMAGE_LIST")
  for ref in $(docker image ls --filter label=org.taylordash.sources --format '{{.Repository}} {{.Repository}}:{{.Tag}}' |
    awk 'NR == FNR { ours[$1]; next } $1 in ours { print $2 }' <(printf '%s\n' "$repositories") -); do
    [[ $ref == *:\<none\> ]] || logged docker image rm "$ref" || KEPT+=("image $ref: a container uses it")
  done
  docker image prune -f --filter label=org.taylordash.sources >/dev/null 2>&1 || true
}

remove_images() {
  local ref other
  remove_replaced
  # Built for compose.d: whatever else uses the machine's images, these are of this project.
  for ref in $(docker image ls -q --filter "$(project_filter)"); do
    logged docker image rm "$ref" || KEPT+=("image $ref: a container uses it")
  done
  other=$(other_project)
  if [ -n "$other" ]; then
    KEPT+=("the images: project $other uses them")
    return
  fi
  while IFS='=' read -r _ ref; do
    ! have_image "$ref" || logged docker image rm "$ref" || KEPT+=("image $ref: a container uses it")
  done < <(grep -E '^[A-Z_]+=' "$IMAGE_LIST")
  for ref in $(docker image ls --format '{{.Repository}}:{{.Tag}}' --filter 'reference=taylordash/*'); do
    logged docker image rm "$ref" || KEPT+=("image $ref: a container uses it")
  done
  remove_old_images
  if [ -e "$APT/sources.list.d/taylordash-trixie.sources" ]; then
    KEPT+=("Docker's packages of Debian 13, but not their apt source: no more updates for them; apt-get purge docker.io docker-cli containerd removes them")
    rm -f "$APT/sources.list.d/taylordash-trixie.sources" "$APT/preferences.d/taylordash-trixie"
  fi
}

remove_project() {
  local ids
  mapfile -t ids < <(docker ps -aq --filter "$(project_filter)")
  [ ${#ids[@]} = 0 ] || logged docker rm -f "${ids[@]}" || die "containers cannot be removed" "docker rm failed" "read $LOG_FILE"
  mapfile -t ids < <(docker network ls -q --filter "$(project_filter)")
  [ ${#ids[@]} = 0 ] || logged docker network rm "${ids[@]}" || die "networks cannot be removed" "docker network rm failed; something else may be attached" "read $LOG_FILE"
}

remove_data() {
  local ids
  mapfile -t ids < <(docker volume ls -q --filter "$(project_filter)")
  [ ${#ids[@]} = 0 ] || logged docker volume rm "${ids[@]}" || die "volumes cannot be removed" "docker volume rm failed" "read $LOG_FILE"
  rm -rf "$SECRETS"
}

verb_uninstall() {
  local data=0 yes=0 confirm='' answer
  KEPT=()
  while [ $# -gt 0 ]; do
    case $1 in
      --data) data=1 ;;
      --yes | -y) yes=1 ;;
      --confirm)
        [ $# -ge 2 ] || incomplete "--confirm wants the project's name" "./taylordash uninstall --data --confirm $TAYLORDASH_PROJECT"
        confirm=$2
        shift
        ;;
      *) misuse "unknown option \"$1\" of uninstall" "$(nearest "$1" --data --yes --confirm)" ;;
    esac
    shift
  done
  need_engine "cannot uninstall"
  must_be_ours "nothing removed" uninstall
  if [ $data = 1 ]; then
    if [ -z "$confirm" ] && [ -t 0 ]; then
      read -r -p "This deletes every volume and secret of $TAYLORDASH_PROJECT. Type the project's name: " confirm || true
    fi
    [ -n "$confirm" ] || die "nothing removed" "the project's name was not typed" "repeat it: ./taylordash uninstall --data --confirm $TAYLORDASH_PROJECT"
    [ "$confirm" = "$TAYLORDASH_PROJECT" ] ||
      die "nothing removed" "\"$confirm\" is not the project's name, which is $TAYLORDASH_PROJECT" "repeat it: ./taylordash uninstall --data --confirm $TAYLORDASH_PROJECT"
  elif [ $yes = 0 ] && [ "$confirm" != "$TAYLORDASH_PROJECT" ]; then
    [ -t 0 ] || die "nothing removed" "nobody can be asked" "repeat it: ./taylordash uninstall --yes"
    read -r -p "Remove the stack $TAYLORDASH_PROJECT (volumes and secrets are kept)? [y/N] " answer || answer=
    [[ $answer =~ ^[yY] ]] || die "nothing removed" "the answer was not y" "repeat it and answer y, if it shall go"
  fi
  mkdir -p "$STATE/logs"
  LOG_FILE=$STATE/logs/uninstall.log
  (umask 077 && : >"$LOG_FILE")
  step remove "removing containers and networks of $TAYLORDASH_PROJECT"
  remove_project
  if [ $data = 1 ]; then
    step data "removing volumes and secrets"
    remove_data
  else
    KEPT+=("volumes: $(project_volumes | wc -l)" "secrets: $SECRETS")
  fi
  step images "removing image tags"
  remove_images
  local cache
  cache=$(timeout 10 docker system df --format '{{.Type}} {{.Size}}' 2>/dev/null | sed -n 's/^Build Cache //p') || true
  [[ -z $cache || $cache = 0B ]] || KEPT+=("the engine's build cache, $cache, of whatever was built here: docker builder prune --all empties it")
  # The log of a detached engine belongs to the engine, which goes on.
  [ ! -f "$DOCKERD_LOG" ] || KEPT+=("the running engine's log: $DOCKERD_LOG")
  find "$STATE/logs" -name '*.log' -delete 2>/dev/null || true
  rmdir "$STATE/logs" "$STATE/compose.d" 2>/dev/null || true
  # What a killed `up` left half-written is nobody's data.
  rm -rf "$STATE/targets" "$STATE/.first-admin.words"
  find "$STATE" -maxdepth 1 -name '.new.*' -delete 2>/dev/null || true
  TAYLORDASH_STATE_DIR=$STATE "$ROOT/infra/images/build.sh" clear
  [ -z "$(own_files)" ] || KEPT+=("your own services' files: $STATE/compose.d")
  if [ $data = 1 ]; then rm -rf "$SETTINGS_FILE" "$STATE/desired" "$STATE/.first-admin"; else KEPT+=("settings: $SETTINGS_FILE, they belong to the data"); fi
  [ "$STATE" = "$ROOT" ] || rmdir "$STATE" 2>/dev/null || true
  say "Removed. The Docker engine stays installed."
  local word
  for word in ${KEPT[@]+"${KEPT[@]}"}; do say "  kept $word"; done
}
