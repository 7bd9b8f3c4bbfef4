# shellcheck shell=bash
# secrets/: one file a secret and consumer, owned by the consumer's uid. Written once, never overwritten.

uid_of() {
  case $1 in
    traefik) echo 65532 ;;
    portal) echo 10001 ;;
    worker) echo 10002 ;;
    keycloak | objectstore) echo 1000 ;;
    postgres) echo 999 ;;
    mosquitto) echo 1883 ;;
    mqtt-proxy) echo 99 ;;
    prometheus | postgres-exporter) echo 65534 ;;
    grafana) echo 472 ;;
    *) echo 0 ;;
  esac
}

# One logical secret a line: the volume that remembers it (or -), then its files, all of equal content.
secret_table() {
  cat <<'TABLE'
postgres postgres/owner_password worker/owner_password
postgres postgres/portal_password portal/db_password
postgres postgres/keycloak_password
postgres postgres/exporter_password postgres-exporter/db_password
postgres worker/keycloak_admin_secret
- worker/keycloak_bootstrap_secret
- portal/oidc_client_secret worker/oidc_client_secret
- portal/keycloak_people_secret worker/keycloak_people_secret
- portal/session_key worker/session_key
mosquitto mosquitto/admin_password worker/mqtt_admin_password
- portal/mqtt_password worker/mqtt_password
- portal/s3_access_key worker/s3_access_key
- portal/s3_secret_key worker/s3_secret_key
- grafana/admin_password
TABLE
}

# Files made out of the secrets above, in the form their reader wants.
composed_secrets() { printf '%s\n' keycloak/keycloak.conf objectstore/s3.json; }

secret_files() { secret_table | cut -d' ' -f2- | tr ' ' '\n' && composed_secrets; }

# The value of a secret that any of its files still holds, else nothing.
known_value() {
  local file
  for file in "$@"; do
    if [ -s "$SECRETS/$file" ]; then
      cat "$SECRETS/$file"
      return
    fi
    case $file in
      postgres/keycloak_password) value_in keycloak/keycloak.conf 's/^db-password=//p' ;;
      worker/keycloak_bootstrap_secret) value_in keycloak/keycloak.conf 's/^bootstrap-admin-client-secret=//p' ;;
      portal/s3_access_key) value_in objectstore/s3.json 's/.*"accessKey":"\([^"]*\)".*/\1/p' ;;
      portal/s3_secret_key) value_in objectstore/s3.json 's/.*"secretKey":"\([^"]*\)".*/\1/p' ;;
    esac
  done
}

value_in() { if [ -s "$SECRETS/$1" ]; then sed -n "$2" "$SECRETS/$1"; fi; }

put_secret() {
  local service=${1%%/*}
  [ ! -s "$SECRETS/$1" ] || return 0
  [ -d "$SECRETS/$service" ] || mkdir -m 0700 "$SECRETS/$service"
  printf '%s' "$2" | write_file "$SECRETS/$1" "$(uid_of "$service")" 0400
}

make_secrets() {
  local volume files file value
  mkdir -p "$STATE"
  [ -d "$SECRETS" ] || mkdir -m 0700 "$SECRETS"
  while read -r volume files; do
    read -r -a files <<<"$files"
    value=$(known_value "${files[@]}" | head -n 1)
    [ -n "$value" ] || value=$(openssl rand -hex 32)
    for file in "${files[@]}"; do put_secret "$file" "$value"; done
  done < <(secret_table)
  put_secret keycloak/keycloak.conf "$(
    printf 'db-password=%s\n' "$(cat "$SECRETS/postgres/keycloak_password")"
    printf 'bootstrap-admin-client-id=taylordash-bootstrap\n'
    printf 'bootstrap-admin-client-secret=%s' "$(cat "$SECRETS/worker/keycloak_bootstrap_secret")"
  )"$'\n'
  put_secret objectstore/s3.json "$(printf '{"identities":[{"name":"portal","credentials":[{"accessKey":"%s","secretKey":"%s"}],"actions":["Admin","Read","Write","List","Tagging"]}]}' \
    "$(cat "$SECRETS/portal/s3_access_key")" "$(cat "$SECRETS/portal/s3_secret_key")")"$'\n'
  # What a killed run may have left half written.
  find "$SECRETS" -name '.new.*' -delete
}

# "volume file..." of secrets no file holds any more.
lost_secrets() {
  local volume files
  while read -r volume files; do
    # shellcheck disable=SC2086 # a list of plain names
    [ -n "$(known_value $files)" ] || printf '%s %s\n' "$volume" "$files"
  done < <(secret_table)
}
