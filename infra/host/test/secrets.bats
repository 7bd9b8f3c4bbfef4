#!/usr/bin/env bats
# Secrets and certificates: form, owners, and what a kill at any write leaves.
load helper

fingerprint() { (cd "$1" && find . -type f -exec sha256sum {} + -exec stat -c '%n %u %a' {} + | sort | sha256sum); }
all_made() { parts 'make_secrets; make_ca; make_leaves; make_host_ca'; }

@test "each secret is one file a consumer, 0400, owned by the consumer, 256 bit, equal where it is the same" {
  all_made
  cd "$TAYLORDASH_STATE_DIR/secrets"
  [ "$(stat -c '%u %a' .)" = '0 700' ]
  [ "$(stat -c '%u %a' portal/db_password)" = '10001 400' ]
  [ "$(stat -c '%u %a' worker/owner_password)" = '10002 400' ]
  [ "$(stat -c '%u %a' postgres/portal_password)" = '999 400' ]
  [ "$(stat -c '%u %a' keycloak/keycloak.conf)" = '1000 400' ]
  [ "$(stat -c '%u %a' tls/mosquitto/tls.key)" = '1883 400' ]
  [ "$(stat -c '%u %a' tls/mosquitto)" = '1883 500' ]
  [ "$(stat -c %a ca/ca.key)" = 400 ]
  cmp postgres/portal_password portal/db_password
  cmp postgres/owner_password worker/owner_password
  run cmp -s portal/db_password worker/owner_password
  [ "$status" -eq 1 ]
  cmp postgres/exporter_password postgres-exporter/db_password
  cmp mosquitto/admin_password worker/mqtt_admin_password
  [ "$(cat $(find . -name '*password' -o -name '*secret' -o -name '*key' -not -path './tls/*' -not -path './ca/*' -type f) | grep -oE '[0-9a-f]{64}' | sort -u | wc -l)" -ge 12 ]
  grep -qx "db-password=$(cat postgres/keycloak_password)" keycloak/keycloak.conf
  grep -qx "bootstrap-admin-client-secret=$(cat worker/keycloak_bootstrap_secret)" keycloak/keycloak.conf
  python3 -c 'import json; c=json.load(open("objectstore/s3.json"))["identities"][0]["credentials"][0]
assert c == {"accessKey": open("portal/s3_access_key").read(), "secretKey": open("portal/s3_secret_key").read()}'
}

@test "compose names no secret file that is not made" {
  all_made
  local file
  for file in $(sed -n 's|.*{ file: "[^}]*}/\([^"]*\)".*|\1|p' "$ROOT/docker-compose.yml"); do
    [ -s "$TAYLORDASH_STATE_DIR/secrets/$file" ] || { echo "$file" && return 1; }
  done
}

@test "a second run changes nothing" {
  all_made
  local before
  before=$(fingerprint "$TAYLORDASH_STATE_DIR")
  all_made
  [ "$(fingerprint "$TAYLORDASH_STATE_DIR")" = "$before" ]
}

@test "killed at any write, the next run completes and keeps what was there" {
  local n
  for n in 1 3 19 27 28 33; do
    rm -rf "$TAYLORDASH_STATE_DIR"
    TAYLORDASH_KILL_AT_WRITE=$n run all_made
    [ "$status" = 137 ]
    local first=''
    [ ! -s "$TAYLORDASH_STATE_DIR/secrets/postgres/owner_password" ] || first=$(cat "$TAYLORDASH_STATE_DIR/secrets/postgres/owner_password")
    all_made
    [ -z "$first" ] || [ "$(cat "$TAYLORDASH_STATE_DIR/secrets/postgres/owner_password")" = "$first" ]
    [ -z "$(find "$TAYLORDASH_STATE_DIR" -name '.new.*')" ]
    [ -z "$(parts lost_secrets)" ]
    cmp "$TAYLORDASH_STATE_DIR/secrets/portal/session_key" "$TAYLORDASH_STATE_DIR/secrets/worker/session_key"
    parts 'for s in "${LEAF_SERVICES[@]}"; do leaf_good "$s"; done'
  done
}

@test "a lost copy comes back from another consumer's" {
  all_made
  cd "$TAYLORDASH_STATE_DIR/secrets"
  local value
  value=$(cat postgres/keycloak_password)
  rm postgres/keycloak_password worker/session_key
  all_made
  [ "$(cat postgres/keycloak_password)" = "$value" ]
  cmp worker/session_key portal/session_key
}

@test "every leaf verifies against the CA for its name, for about a year" {
  TAYLORDASH_DOMAIN=dash.example.org all_made
  cd "$TAYLORDASH_STATE_DIR/secrets"
  openssl verify -CAfile ca/ca.crt -verify_hostname dash.example.org tls/traefik/tls.crt
  openssl verify -CAfile ca/ca.crt -verify_ip 127.0.0.1 tls/traefik/tls.crt
  openssl verify -CAfile ca/ca.crt -verify_hostname s3 tls/objectstore/tls.crt
  local service
  for service in portal worker keycloak postgres mosquitto mqtt-proxy objectstore prometheus; do
    openssl verify -CAfile "tls/$service/ca.crt" -verify_hostname "$service" "tls/$service/tls.crt"
  done
  openssl x509 -in tls/portal/tls.crt -noout -checkend $((390 * 86400))
  run openssl x509 -in tls/portal/tls.crt -noout -checkend $((398 * 86400))
  [ "$status" = 1 ]
}

@test "a leaf near its end, and the one of a changed domain, are renewed; the others stay" {
  parts 'make_secrets; make_ca; LEAF_DAYS=59; sign_one() { mkdir -p "$SECRETS/tls/$1"; sign_leaf "$1"; }; sign_one postgres; make_leaves_days=; LEAF_DAYS=397; LEAF_SERVICES=(traefik portal); make_leaves'
  cd "$TAYLORDASH_STATE_DIR/secrets/tls"
  local portal postgres traefik
  portal=$(sha256sum <portal/tls.crt) postgres=$(sha256sum <postgres/tls.crt) traefik=$(sha256sum <traefik/tls.crt)
  TAYLORDASH_DOMAIN=new.example.org all_made
  [ "$(sha256sum <portal/tls.crt)" = "$portal" ]
  [ "$(sha256sum <postgres/tls.crt)" != "$postgres" ]
  [ "$(sha256sum <traefik/tls.crt)" != "$traefik" ]
}

@test "a leaf is good for the names and addresses in it, of either family, and for no other" {
  parts 'make_secrets; make_ca; TAYLORDASH_DOMAIN=10.1.2.3; LEAF_SERVICES=(traefik); host_addresses() { echo fd00::1; }; make_leaves
    bad() { if leaf_good traefik; then exit 1; fi; }; leaf_good traefik; TAYLORDASH_DOMAIN=LOCALHOST; leaf_good traefik
    TAYLORDASH_DOMAIN=10.1.2.30; bad; TAYLORDASH_DOMAIN=ocalhost; bad
    TAYLORDASH_DOMAIN=10.1.2.3; host_addresses() { echo fd00::2; }; bad'
}

@test "a certificate that cannot be made leaves the one that is here, and says why" {
  all_made
  local tls=$TAYLORDASH_STATE_DIR/secrets/tls/traefik/tls.crt ca=$TAYLORDASH_STATE_DIR/secrets/ca before
  before=$(cat "$tls")
  run parts 'TAYLORDASH_DOMAIN=10.0.0.256; make_leaves'
  [ "$status" = 1 ]
  [[ $output == *"the certificate of traefik cannot be made"*"IP:10.0.0.256"*"do:"* ]]
  [ "$(cat "$tls")" = "$before" ]
  before=$(cat "$ca/ca.crt")
  echo damaged >"$ca/ca.key"
  run parts make_ca
  [ "$status" = 1 ]
  [[ $output == *"the stack's CA cannot be made"*"ca.key"*"do:"* ]]
  [ "$(cat "$ca/ca.crt")" = "$before" ]
}

@test "a certificate of one's own is used; a pair that does not match is refused" {
  all_made
  cd "$TAYLORDASH_STATE_DIR/secrets"
  mkdir custom-tls
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout custom-tls/tls.key -out custom-tls/tls.crt -subj /CN=own -days 90 2>/dev/null
  all_made
  cmp custom-tls/tls.crt tls/traefik/tls.crt
  cp tls/portal/tls.key custom-tls/tls.key
  run all_made
  [ "$status" = 1 ]
  [[ $output == *"do not belong together"* ]]
  rm -r custom-tls
  all_made
  openssl verify -CAfile ca/ca.crt tls/traefik/tls.crt
}

@test "what started before its certificate or configuration was written is restarted, nothing else" {
  parts 'make_secrets; make_ca; make_leaves'
  local later
  later=$(date -u -d '+1 minute' +%FT%T.000000000Z)
  stub docker 'case "$1" in ps) echo id ;; inspect) cat '"$BATS_TEST_TMPDIR"'/started ;; esac'
  printf '%s\n' "portal 2020-01-01T00:00:00Z" "worker $later" "prometheus $later" "alertmanager 2020-01-01T00:00:00Z" "hello 2020-01-01T00:00:00Z" >"$BATS_TEST_TMPDIR/started"
  run parts restart_needed
  [ "$output" = $'portal\nalertmanager' ]
  printf '%s\n' "portal $later" "worker $later" >"$BATS_TEST_TMPDIR/started"
  run parts restart_needed
  [ "$output" = "" ]
}

@test "a renewed CA, the stack's or the host's, restarts who reads it at the start; the same again restarts nobody" {
  all_made
  local secrets=$TAYLORDASH_STATE_DIR/secrets
  find "$secrets" -exec touch -d 2020-01-01 {} +
  # A checkout without configuration: that of this one is newer.
  needed() { parts "ROOT=$BATS_TEST_TMPDIR; mkdir -p \$ROOT/infra/alertmanager; restart_needed | xargs"; }
  stub docker 'case "$1" in ps) echo id ;; inspect) for s in portal worker keycloak traefik alertmanager hello; do echo "$s 2021-01-01T00:00:00Z"; done ;; esac'
  all_made
  [ "$(needed)" = "" ]
  # With the same key, as when it is near its end: every leaf stays.
  parts 'CA_DAYS=3000; fresh() { [[ $1 != */ca.crt ]]; }; make_ca; make_leaves'
  [ "$(stat -c %y "$secrets/tls/portal/tls.crt" | cut -c 1-4)" = 2020 ]
  [ "$(needed)" = "portal worker keycloak traefik" ]
  find "$secrets" -exec touch -d 2020-01-01 {} +
  mkdir "$BATS_TEST_TMPDIR/ca" && echo one >"$BATS_TEST_TMPDIR/ca/one.crt"
  parts "HOST_CA_DIR=$BATS_TEST_TMPDIR/ca; make_host_ca"
  [ "$(needed)" = "worker traefik alertmanager" ]
}

@test "the host's extra CAs, those in folders of its own too, are handed on" {
  mkdir -p "$BATS_TEST_TMPDIR/ca/company"
  echo one >"$BATS_TEST_TMPDIR/ca/one.crt"
  echo two >"$BATS_TEST_TMPDIR/ca/company/two.crt"
  echo no >"$BATS_TEST_TMPDIR/ca/readme.txt"
  parts "HOST_CA_DIR=$BATS_TEST_TMPDIR/ca; make_secrets; make_host_ca"
  [ "$(grep . "$TAYLORDASH_STATE_DIR/secrets/host-ca/ca-bundle.crt")" = $'one\ntwo' ]
}

@test "the worker gets the public half of every leaf, the custom certificate's too, and no key" {
  all_made
  cd "$TAYLORDASH_STATE_DIR/secrets"
  [ "$(stat -c '%u %a' tls/worker/leaves.crt)" = '10002 400' ]
  parts 'for s in "${LEAF_SERVICES[@]}"; do grep -qxF "# $s" "$SECRETS/tls/worker/leaves.crt"; done'
  [ "$(grep -c 'BEGIN CERTIFICATE' tls/worker/leaves.crt)" = "$(ls -d tls/*/tls.crt | wc -l)" ]
  run grep -c PRIVATE tls/worker/leaves.crt
  [ "$output" = 0 ]
  mkdir custom-tls
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=custom -keyout custom-tls/tls.key -out custom-tls/tls.crt 2>/dev/null
  # With words before it and an intermediate behind it: the leaf alone counts.
  { printf 'Bag Attributes\n    friendlyName: own\n' && cat custom-tls/tls.crt ca/ca.crt; } >both && mv both custom-tls/tls.crt
  all_made
  [ "$(sed -n '/^# traefik$/{n;p}' tls/worker/leaves.crt)" = '-----BEGIN CERTIFICATE-----' ]
  [ "$(sed -n '/^# traefik$/,/END/p' tls/worker/leaves.crt | openssl x509 -noout -subject -nameopt RFC2253)" = subject=CN=custom ]
  [ "$(grep -c 'BEGIN CERTIFICATE' tls/worker/leaves.crt)" = "$(ls -d tls/*/tls.crt | wc -l)" ]
}
@test "every service that is given a folder of the checkout is restarted for it; the edge watches its own" {
  local service folder count=0
  while read -r service folder; do
    [[ $service != traefik && $folder != */init ]] || continue
    count=$((count + 1))
    run parts "read_at_start $service"
    [[ $output == *"$ROOT/$folder"* ]] || { echo "$service $folder" && return 1; }
  done < <(awk '/^  [a-z-]+:$/ { service = substr($1, 1, length($1) - 1) }
    $2 ~ /^\.\/infra\// { split($2, part, ":"); print service, substr(part[1], 3) }' "$ROOT/docker-compose.yml")
  [ "$count" -ge 8 ]
}
