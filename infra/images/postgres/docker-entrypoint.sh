#!/usr/bin/env bash
# The official image's contract: POSTGRES_USER, _DB, _PASSWORD, _INITDB_ARGS, _HOST_AUTH_METHOD (each also as
# ..._FILE), PGDATA, and /docker-entrypoint-initdb.d on the first start.
#
# A new cluster is made in $PGDATA/.init and moved into place only when every init script has succeeded,
# PG_VERSION last. So a crash at any moment leaves one of:
#   no PG_VERSION, .init without `complete`  -> never finished: made again
#   no PG_VERSION, .init with `complete`     -> finished: the move goes on
#   PG_VERSION                               -> a cluster, ours or the official image's: never touched
set -Eeuo pipefail

say() { printf '%s entrypoint: %s\n' "$(date -u '+%F %T UTC')" "$*" >&2; }
fail() { say "ERROR: $*"; exit 1; }

# setting NAME DEFAULT: the value of $NAME or of the file $NAME_FILE.
setting() {
  local name=$1 file_name="${1}_FILE" value
  [[ -z "${!name-}" || -z "${!file_name-}" ]] || fail "$name and $file_name are both set; keep one."
  value=${!name-}
  if [[ -n "${!file_name-}" ]]; then
    value=$(< "${!file_name}") || fail "$file_name: cannot read ${!file_name} as user $(id -u)."
  fi
  export "$name=${value:-${2-}}"
  unset "$file_name"
}

become_postgres() {
  mkdir -p "$PGDATA" /var/run/postgresql
  find "$PGDATA" /var/run/postgresql \! -user postgres -exec chown postgres '{}' +
  exec setpriv --reuid=postgres --regid=postgres --init-groups -- "${BASH_SOURCE[0]}" "$@"
}

make_cluster() {
  local target=$PGDATA/.init hba
  setting POSTGRES_PASSWORD
  setting POSTGRES_USER postgres
  setting POSTGRES_DB "$POSTGRES_USER"
  setting POSTGRES_INITDB_ARGS
  setting POSTGRES_HOST_AUTH_METHOD scram-sha-256
  [[ -n "$POSTGRES_PASSWORD" || "$POSTGRES_HOST_AUTH_METHOD" == trust ]] \
    || fail "POSTGRES_PASSWORD_FILE names no password for the first start."
  rm -rf "$target"
  mkdir -m 700 "$target"
  # The arguments of POSTGRES_INITDB_ARGS are words on purpose, as in the official image.
  eval "initdb -D \"\$target\" --username=\"\$POSTGRES_USER\" --pwfile=<(printf '%s\n' \"\$POSTGRES_PASSWORD\") \
    --auth=scram-sha-256 $POSTGRES_INITDB_ARGS"
  hba="host all all all $POSTGRES_HOST_AUTH_METHOD"
  printf '\n%s\n' "$hba" >> "$target/pg_hba.conf"
  run_init_scripts "$target" "$@"
  sync -f "$target"
  touch "$target/complete"
  sync -f "$target"
}

# The first server listens on a socket of its own, so that no health check sees it.
run_init_scripts() {
  local target=$1 sockets=/var/run/postgresql/init
  shift 2
  mkdir -p "$sockets"
  chmod 700 "$sockets"
  export PGHOST=$sockets PGUSER=$POSTGRES_USER PGPASSWORD=$POSTGRES_PASSWORD
  PGDATA=$target pg_ctl -D "$target" -w start \
    -o "$(printf '%q ' "$@" -c listen_addresses= -c unix_socket_directories="$sockets" -c password_encryption=scram-sha-256)"
  if [[ "$POSTGRES_DB" != postgres ]]; then
    query -d postgres --set db="$POSTGRES_DB" <<< 'CREATE DATABASE :"db";'
  fi
  local file
  for file in /docker-entrypoint-initdb.d/*; do
    run_init_script "$file"
  done
  pg_ctl -D "$target" -m fast -w stop
  rmdir "$sockets" 2> /dev/null || true
  unset PGHOST PGUSER PGPASSWORD
}

query() { psql -v ON_ERROR_STOP=1 --no-psqlrc --no-password "$@"; }

run_init_script() {
  case "$1" in
    *.sh)
      say "init script $1"
      if [[ -x "$1" ]]; then
        "$1"
      else
        # shellcheck disable=SC1090 # given by whoever runs the image
        . "$1"
      fi
      ;;
    *.sql) say "init script $1"; query -d "$POSTGRES_DB" -f "$1" ;;
    *.sql.gz) say "init script $1"; gunzip -c "$1" | query -d "$POSTGRES_DB" ;;
  esac
}

move_into_place() {
  local entry
  shopt -s dotglob nullglob
  for entry in "$PGDATA"/.init/*; do
    case "${entry##*/}" in
      PG_VERSION | complete | postmaster.opts) ;;
      *) mv -T "$entry" "$PGDATA/${entry##*/}" ;;
    esac
  done
  shopt -u dotglob nullglob
  sync -f "$PGDATA"
  mv -T "$PGDATA/.init/PG_VERSION" "$PGDATA/PG_VERSION"
  sync -f "$PGDATA"
}

prepare_cluster() {
  if [[ -s "$PGDATA/PG_VERSION" ]]; then
    local found
    found=$(< "$PGDATA/PG_VERSION")
    [[ "$found" == "$PG_MAJOR" ]] \
      || fail "$PGDATA holds a PostgreSQL $found cluster, this image is $PG_MAJOR: dump it there and restore it here."
  else
    mkdir -p "$PGDATA"
    if [[ -e "$PGDATA/.init/complete" ]]; then
      say "the first start was interrupted after its last script: finishing it"
    elif [[ -d "$PGDATA/.init" ]]; then
      say "the first start was interrupted before it was complete: making the cluster again"
      make_cluster "$@"
    elif [[ -n "$(find "$PGDATA" -mindepth 1 -maxdepth 1 ! -name lost+found -print -quit)" ]]; then
      fail "$PGDATA is neither empty nor a cluster (no PG_VERSION): nothing was changed. Empty it or mount the right volume."
    else
      make_cluster "$@"
    fi
    chmod 700 "$PGDATA" || true
    move_into_place
    say "the cluster is ready"
  fi
  rm -rf "$PGDATA/.init"
}

[[ "${1:0:1}" != - ]] || set -- postgres "$@"
if [[ "$1" == postgres ]] && [[ " $* " != *" --version "* && " $* " != *" -V "* && " $* " != *" --help "* ]]; then
  [[ "$(id -u)" != 0 ]] || become_postgres "$@"
  prepare_cluster "$@"
  unset POSTGRES_PASSWORD
fi
exec "$@"
