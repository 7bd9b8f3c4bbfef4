# shellcheck shell=bash
# The stack's CA and a leaf certificate a service; renewed by `up` while 60 days are left.

LEAF_DAYS=397
CA_DAYS=3650
RENEW_SECONDS=$((60 * 86400))
LEAF_SERVICES=(traefik portal worker keycloak postgres mosquitto mqtt-proxy objectstore prometheus postgres-exporter grafana)
HOST_CA_DIR=/usr/local/share/ca-certificates

fresh() { openssl x509 -in "$1" -noout -checkend "$RENEW_SECONDS" >/dev/null 2>&1; }
new_key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 2>/dev/null; }
pair_matches() { [ -s "$1" ] && [ -s "$2" ] && [ "$(openssl x509 -in "$1" -noout -pubkey 2>/dev/null)" = "$(openssl pkey -in "$2" -pubout 2>/dev/null)" ]; }

make_ca() {
  local dir=$SECRETS/ca pem
  [ -d "$dir" ] || mkdir -m 0700 "$dir"
  if [ -s "$dir/ca.crt" ] && [ ! -s "$dir/ca.key" ]; then
    die "the CA's key is missing" "$dir/ca.crt is there without ca.key" \
      "put ca.key back from a backup, or delete $dir/ca.crt: a new CA is made and browsers must trust it anew"
  fi
  [ -s "$dir/ca.key" ] || new_key | write_file "$dir/ca.key" 0 0400
  # Renewed with the same key and name, certificates of the old one stay valid.
  if ! fresh "$dir/ca.crt" || ! pair_matches "$dir/ca.crt" "$dir/ca.key"; then
    # Whole before it is written: one that cannot be made leaves the one that is here.
    pem=$(openssl req -x509 -new -key "$dir/ca.key" -sha256 -days "$CA_DAYS" -config <(
      printf '[req]\nprompt=no\ndistinguished_name=dn\nx509_extensions=ca\n[dn]\nO=TaylorDash\nCN=TaylorDash CA %s\n' "$TAYLORDASH_PROJECT"
      printf '[ca]\nbasicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n'
    ) 2>/dev/null) || die "the stack's CA cannot be made" "openssl makes no certificate of $dir/ca.key" \
      "put ca.key back from a backup, or delete it and ca.crt: a new CA is made and browsers must trust it anew"
    write_file "$dir/ca.crt" 0 0444 <<<"$pem"
  fi
}

is_address() { [[ $1 =~ ^[0-9]+(\.[0-9]+){3}$ || $1 == *:* ]]; }

# Addresses people may type: those of real links, not of Docker's bridges.
host_addresses() {
  ip -o addr show scope global 2>/dev/null |
    awk '$2 !~ /^(docker|br-|veth|virbr)/ && !/temporary|deprecated/ { sub("/.*", "", $4); print $4 }' | head -n 20
}

# Traefik asks the ACME server for no name that the certificate it was given covers already.
leaf_names() {
  case $1 in
    traefik)
      [ -n "$TAYLORDASH_ACME_EMAIL" ] || echo "$TAYLORDASH_DOMAIN"
      printf '%s\n' localhost 127.0.0.1 && host_addresses
      ;;
    objectstore) printf '%s\n' objectstore s3 minio localhost 127.0.0.1 ;;
    *) printf '%s\n' "$1" localhost 127.0.0.1 ;;
  esac | awk '!seen[$0]++'
}

# covers CERTIFICATE NAMES: whether it holds for each name on standard input; NAMES is its list as openssl prints it.
covers() {
  local name list=${2// /}
  while read -r name; do
    case $name in
      # Openssl prints these in a form of its own.
      *:*) openssl x509 -in "$1" -noout -checkip "$name" | grep -q 'does match' || return 1 ;;
      *) [[ ,${list,,}, == *",dns:${name,,},"* || ,$list, == *",IPAddress:$name,"* ]] || return 1 ;;
    esac
  done
}

# Made before an e-mail for ACME was given: it would keep the ACME server from being asked. NAMES as above.
hides_acme() {
  [ "$1" = traefik ] && [ -n "$TAYLORDASH_ACME_EMAIL" ] && ! leaf_names traefik | grep -qxF "$TAYLORDASH_DOMAIN" &&
    printf '%s\n' "$TAYLORDASH_DOMAIN" | covers "$SECRETS/tls/traefik/tls.crt" "$2"
}

# One question to openssl for all it can say at once: `up` asks for every leaf at every run.
leaf_good() {
  local dir=$SECRETS/tls/$1 facts key names
  [ -s "$dir/tls.crt" ] && [ -s "$dir/tls.key" ] || return 1
  facts=$(openssl x509 -in "$dir/tls.crt" -noout -pubkey -ext subjectAltName -checkend "$RENEW_SECONDS" 2>/dev/null) || return 1
  key=$(openssl pkey -in "$dir/tls.key" -pubout 2>/dev/null) || return 1
  names=$(sed -n '/Alternative Name/{n;p}' <<<"$facts")
  [[ $facts == *"$key"* ]] && openssl verify -CAfile "$SECRETS/ca/ca.crt" "$dir/tls.crt" >/dev/null 2>&1 &&
    leaf_names "$1" | covers "$dir/tls.crt" "$names" && ! hides_acme "$1" "$names"
}

sign_leaf() {
  local service=$1 dir=$SECRETS/tls/$1 names pem
  names=$(leaf_names "$service" | while read -r name; do
    if is_address "$name"; then printf 'IP:%s,' "$name"; else printf 'DNS:%s,' "$name"; fi
  done)
  # The key stays at a renewal, so that a killed run never leaves a pair that does not match.
  [ -s "$dir/tls.key" ] || new_key | write_file "$dir/tls.key" "$(uid_of "$service")" 0400
  pem=$(openssl x509 -req -sha256 -days "$LEAF_DAYS" -CA "$SECRETS/ca/ca.crt" -CAkey "$SECRETS/ca/ca.key" \
    -set_serial "0x$(openssl rand -hex 16 | sed 's/^./7/')" \
    -in <(openssl req -new -key "$dir/tls.key" -subj "/O=TaylorDash/CN=$service") \
    -extfile <(printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth,clientAuth\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\nsubjectAltName=%s\n' "${names%,}") \
    2>/dev/null) || die "the certificate of $service cannot be made" "openssl does not sign one for ${names%,}" \
    "mend the name that is wrong there (TAYLORDASH_DOMAIN), or $SECRETS/ca if it is damaged; then run ./taylordash up again"
  write_file "$dir/tls.crt" "$(uid_of "$service")" 0400 <<<"$pem"
}

same_file() { cmp -s "$1" "$2"; }

use_custom() {
  local from=$SECRETS/custom-tls to=$SECRETS/tls/traefik
  pair_matches "$from/tls.crt" "$from/tls.key" ||
    die "the public certificate cannot be used" "tls.crt and tls.key in $from do not belong together or one is missing" \
      "put both files of one certificate there, or remove the directory to use the stack's own"
  same_file "$from/tls.key" "$to/tls.key" || write_file "$to/tls.key" "$(uid_of traefik)" 0400 <"$from/tls.key"
  same_file "$from/tls.crt" "$to/tls.crt" || write_file "$to/tls.crt" "$(uid_of traefik)" 0400 <"$from/tls.crt"
}

make_leaves() {
  local service dir
  [ -d "$SECRETS/tls" ] || mkdir -m 0700 "$SECRETS/tls"
  for service in "${LEAF_SERVICES[@]}"; do
    dir=$SECRETS/tls/$service
    [ -d "$dir" ] || { mkdir -m 0500 "$dir" && chown "$(uid_of "$service"):$(uid_of "$service")" "$dir"; }
    # A kill between mkdir and chown leaves root's directory.
    [ "$(stat -c %u "$dir")" = "$(uid_of "$service")" ] || chown "$(uid_of "$service"):$(uid_of "$service")" "$dir"
    same_file "$SECRETS/ca/ca.crt" "$dir/ca.crt" || write_file "$dir/ca.crt" "$(uid_of "$service")" 0400 <"$SECRETS/ca/ca.crt"
    if [ "$service" = traefik ] && [ -d "$SECRETS/custom-tls" ]; then
      use_custom
    elif ! leaf_good "$service"; then
      # Left over from a custom certificate, or damaged: the pair is made anew.
      pair_matches "$dir/tls.crt" "$dir/tls.key" || rm -f "$dir/tls.key"
      sign_leaf "$service"
    fi
  done
  show_leaves
}

# The public halves for the worker, which warns before they run out: it reaches not every service, and a process shows the
# certificate it began with.
show_leaves() {
  local to=$SECRETS/tls/worker/leaves.crt service text
  [ -d "${to%/*}" ] || return 0
  text=$(for service in "${LEAF_SERVICES[@]}"; do
    printf '# %s\n' "$service"
    # Without what some programs write before it.
    sed -n '/BEGIN CERTIFICATE/,/END CERTIFICATE/p;/END CERTIFICATE/q' "$SECRETS/tls/$service/tls.crt"
  done)
  if [ -f "$to" ] && [ "$(cat "$to")" = "$text" ]; then return 0; fi
  printf '%s\n' "$text" | write_file "$to" "$(uid_of worker)" 0400
}

# The CAs this host trusts beyond its distribution's, for what must reach out from containers.
make_host_ca() {
  local dir=$SECRETS/host-ca text file
  [ -d "$dir" ] || mkdir -m 0555 "$dir"
  text=$(for file in "$HOST_CA_DIR"/*.crt "$HOST_CA_DIR"/*/*.crt; do [ ! -r "$file" ] || { cat "$file" && echo; }; done)
  if [ -f "$dir/ca-bundle.crt" ] && [ "$(cat "$dir/ca-bundle.crt")" = "$text" ]; then return 0; fi
  { [ -z "$text" ] || printf '%s\n' "$text"; } | write_file "$dir/ca-bundle.crt" 0 0444
}

# Files a service reads only when it starts. Traefik watches its own configuration.
read_at_start() {
  local file files=("tls/$1/tls.crt" "tls/$1/ca.crt")
  # Those that reach out of the machine.
  [[ ! $1 =~ ^(traefik|worker|alertmanager)$ ]] || files+=(host-ca/ca-bundle.crt)
  case $1 in
    postgres) printf '%s\n' "$ROOT/infra/postgres/config" ;;
    mosquitto | mqtt-proxy | objectstore | prometheus | alertmanager | grafana | tempo) printf '%s\n' "$ROOT/infra/$1" ;;
  esac
  for file in "${files[@]}"; do [ ! -e "$SECRETS/$file" ] || printf '%s\n' "$SECRETS/$file"; done
}

# A service that started before its certificate or configuration was written still works with the old one.
restart_needed() {
  local ids service started paths
  mapfile -t ids < <(docker ps -q --filter "$(project_filter)" --filter label=com.docker.compose.oneoff=False)
  [ ${#ids[@]} -gt 0 ] || return 0
  while read -r service started; do
    mapfile -t paths < <(read_at_start "$service")
    [ ${#paths[@]} -gt 0 ] || continue
    # To the nanosecond: an edge that starts and a certificate that is written can share a second.
    started=$(date -d "$started" +%s.%N)
    [ -z "$(find "${paths[@]}" -type f -newermt "@$started" -print -quit)" ] || echo "$service"
  done < <(docker inspect --format '{{index .Config.Labels "com.docker.compose.service"}} {{.State.StartedAt}}' "${ids[@]}")
}
