# shellcheck shell=bash
# Checks of settings, secrets and certificates on disk.

# What a clone under umask 027 or 077 keeps from the services: each reads its part under a uid of its own, in a mount or
# in its image. Not the whole checkout, which may hold secrets/.
unreadable_parts() {
  local dir dirs=()
  for dir in app infra lib public; do [ ! -d "$ROOT/$dir" ] || dirs+=("$ROOT/$dir"); done
  find "${dirs[@]}" \( -type d ! -perm -o=rx -o -type f ! -perm -o=r \) -print -quit 2>/dev/null
}

check_checkout() {
  local file missing=()
  value "$ROOT"
  for file in docker-compose.yml Dockerfile infra/images/images.env infra/images/build.sh infra/traefik/dynamic; do
    [ -e "$ROOT/$file" ] || missing+=("$file")
  done
  if [ ${#missing[@]} -gt 0 ]; then
    found fail "missing in this checkout: ${missing[*]}" "check it out anew, or unpack the whole release"
    return
  fi
  file=$(unreadable_parts)
  [ -z "$file" ] || found fail "the services may not read $file (mode $(stat -c %a "$file"))" \
    "chmod -R go+rX $ROOT/{app,infra,lib,public}; a clone under umask 027 or 077 makes them so"
}

check_unknown_settings() {
  local name hint given=0 known=("${SETTING_NAMES[@]}" "${DERIVED_NAMES[@]}" "${OTHER_NAMES[@]}")
  while read -r name; do
    given=$((given + 1))
    [[ " ${known[*]} " != *" $name "* && $name != TAYLORDASH_TEST_* ]] || continue
    hint=$(nearest "$name" "${known[@]}")
    found fail "$name is unknown${hint:+; did you mean $hint?}" "remove it from the environment and $SETTINGS_FILE${hint:+, or rename it to $hint}"
    return
  done < <({
    compgen -e TAYLORDASH_ || true
    [ ! -r "$SETTINGS_FILE" ] || sed -n 's/^\([A-Za-z_]*\)=.*/\1/p' "$SETTINGS_FILE"
  } | sort -u)
  value "none among $given"
}

# Labels of a host name, lower-case; one that ends in a number is an address to every browser, and its parts are bytes.
valid_domain() {
  local label='[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?' byte='(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])'
  [ ${#1} -le 253 ] && [[ $1 =~ ^($label\.)*$label$ ]] || return 1
  [[ ! ${1##*.} =~ ^([0-9]+|0x[0-9a-f]*)$ || $1 =~ ^($byte\.){3}$byte$ ]]
}

valid_port() { [[ $1 =~ ^[1-9][0-9]{0,4}$ ]] && [ "$1" -le 65535 ]; }

check_values() {
  local name level ports=("$TAYLORDASH_HTTP_PORT" "$TAYLORDASH_HTTPS_PORT" "$TAYLORDASH_MQTTS_PORT")
  # Never kept by `up`, but compose reads it from the file too.
  level=${TAYLORDASH_LOG_LEVEL-$(setting_in_file TAYLORDASH_LOG_LEVEL)}
  value "project $TAYLORDASH_PROJECT at $TAYLORDASH_ORIGIN"
  for name in TAYLORDASH_HTTP_PORT TAYLORDASH_HTTPS_PORT TAYLORDASH_MQTTS_PORT; do
    valid_port "${!name}" || { found fail "$name=${!name} is no port" "give a number from 1 to 65535"; return; }
  done
  if [ "$(printf '%s\n' "${ports[@]}" | sort -u | wc -l)" != 3 ]; then
    found fail "two of the ports ${ports[*]} are the same" "give three different ports"
  elif [[ ! $TAYLORDASH_PROJECT =~ ^[a-z0-9][a-z0-9_-]{0,40}$ ]]; then
    found fail "TAYLORDASH_PROJECT=$TAYLORDASH_PROJECT is no project name" "use lower-case letters, digits, - and _"
  elif ! valid_domain "$TAYLORDASH_DOMAIN"; then
    found fail "TAYLORDASH_DOMAIN=$TAYLORDASH_DOMAIN is no host name" \
      "give a name like dash.example.org or an address like 10.0.0.5, without https:// and port"
  elif [[ ! $TAYLORDASH_IMAGES =~ ^(auto|pull|packages)$ ]]; then
    found fail "TAYLORDASH_IMAGES=$TAYLORDASH_IMAGES" "give auto, pull or packages"
  elif [[ ! $TAYLORDASH_ADMIN =~ ^[a-z0-9][a-z0-9._-]{1,62}$ ]]; then
    found fail "TAYLORDASH_ADMIN=$TAYLORDASH_ADMIN is no user name" "use lower-case letters, digits, dot, - and _"
  elif [ -n "$TAYLORDASH_ACME_EMAIL" ] && [[ ! $TAYLORDASH_ACME_EMAIL =~ ^[^@[:space:]]+@[^@[:space:]]+\.[^@[:space:]]+$ ]]; then
    found fail "TAYLORDASH_ACME_EMAIL=$TAYLORDASH_ACME_EMAIL is no e-mail address" "give one, or leave it empty"
  elif [[ ! $TAYLORDASH_ACME_DNS =~ ^[a-z0-9-]*$ ]]; then
    found fail "TAYLORDASH_ACME_DNS=$TAYLORDASH_ACME_DNS is no DNS provider" "give the name lego has for it, like hetzner, or leave it empty"
  elif [ -n "$TAYLORDASH_ACME_CA" ] && [[ ! $TAYLORDASH_ACME_CA =~ ^https://[A-Za-z0-9.-]+(:[0-9]+)?(/[^[:space:]]*)?$ ]]; then
    found fail "TAYLORDASH_ACME_CA=$TAYLORDASH_ACME_CA is no https:// address" \
      "give the directory of an ACME server, or leave it empty for Let's Encrypt"
  elif [[ ! ${level:-info} =~ ^(trace|debug|info|warn|error|fatal|silent)$ ]]; then
    found fail "TAYLORDASH_LOG_LEVEL=$level is no level" "give trace, debug, info, warn, error, fatal or silent"
  elif [[ ! ${TAYLORDASH_HEALTH_TIMEOUT:-1} =~ ^[1-9][0-9]{0,5}$ ]]; then
    found fail "TAYLORDASH_HEALTH_TIMEOUT=$TAYLORDASH_HEALTH_TIMEOUT is no number of seconds" "give one, like 300"
  fi
}

# "path owner mode" of everything below secrets/ that is not as it must be.
wrong_permissions() {
  local file service want
  [ "$(stat -c '%u %a' "$SECRETS")" = '0 700' ] || echo "$SECRETS 0 0700"
  while read -r file; do
    [ ! -e "$SECRETS/$file" ] || [ "$(stat -c '%u %a' "$SECRETS/$file")" = "$(uid_of "${file%%/*}") 400" ] ||
      echo "$SECRETS/$file $(uid_of "${file%%/*}") 0400"
  done < <(secret_files)
  for service in "${LEAF_SERVICES[@]}"; do
    for file in tls.key tls.crt ca.crt; do
      want=$SECRETS/tls/$service/$file
      [ ! -e "$want" ] || [ "$(stat -c '%u %a' "$want")" = "$(uid_of "$service") 400" ] || echo "$want $(uid_of "$service") 0400"
    done
  done
  want=$SECRETS/ca/ca.key
  [ ! -e "$want" ] || [ "$(stat -c '%u %a' "$want")" = '0 400' ] || echo "$want 0 0400"
}

# Without secrets there is nothing to check.
have_secrets() {
  [ ! -d "$SECRETS" ] || [ ! -x "$SECRETS" ] || return 0
  value "none yet"
  return 1
}

check_secret_permissions() {
  have_secrets || return 0
  local path owner mode
  value "each file with its owner, mode 400"
  read -r path owner mode < <(wrong_permissions | head -n 1) || return 0
  [ -z "$path" ] || found fail "$path has owner $(stat -c %u "$path") and mode $(stat -c %a "$path")" "chown $owner:$owner '$path' && chmod $mode '$path'"
}

check_secret_files() {
  have_secrets || return 0
  local file missing=()
  value "all $(secret_files | wc -l) are here"
  while read -r file; do [ -s "$SECRETS/$file" ] || missing+=("$file"); done < <(secret_files)
  [ ${#missing[@]} = 0 ] || found warn "${#missing[@]} secret files are missing, first ${missing[0]}" "./taylordash up makes what can be made anew"
}

# The certificate of one's own, which `up` serves as it is: whether something about it was found.
custom_found() {
  local dir=$SECRETS/custom-tls ask=-checkhost
  local file=$dir/tls.crt newer="put a newer tls.crt and tls.key into $dir, then run ./taylordash up"
  [ -d "$dir" ] || return 1
  ! is_address "$TAYLORDASH_DOMAIN" || ask=-checkip
  if ! openssl x509 -in "$file" -noout >/dev/null 2>&1; then
    found fail "your own certificate $file is damaged or missing" "$newer; or remove the directory to use the stack's own"
  elif ! openssl x509 -in "$file" -noout -checkend 0 >/dev/null; then
    # A machine that comes back after a power cut starts all the same.
    found warn "your own certificate $file has run out: browsers warn of it" "$newer; or remove the directory to use the stack's own"
  elif ! openssl x509 -in "$file" -noout "$ask" "$TAYLORDASH_DOMAIN" | grep -q 'does match'; then
    found warn "your own certificate $file is not for $TAYLORDASH_DOMAIN" \
      "put one that names it into $dir, or give the name it is for as TAYLORDASH_DOMAIN; then run ./taylordash up"
  elif ! openssl x509 -in "$file" -noout -checkend $((45 * 86400)) >/dev/null; then
    found warn "your own certificate $file ends on $(openssl x509 -in "$file" -noout -enddate | cut -d= -f2)" "$newer"
  else
    return 1
  fi
}

check_certificates() {
  local file service ends left count=0 first='' first_left=
  ! custom_found || return 0
  [ -s "$SECRETS/ca/ca.crt" ] || { value "none yet" && return; }
  for service in ca "${LEAF_SERVICES[@]}"; do
    file=$SECRETS/tls/$service/tls.crt
    [ "$service" != ca ] || file=$SECRETS/ca/ca.crt
    [ -s "$file" ] || continue
    ends=$(openssl x509 -in "$file" -noout -enddate 2>/dev/null | cut -d= -f2) || true
    left=$(($(date -d "${ends:-@0}" +%s) - $(date +%s)))
    count=$((count + 1))
    if [ -z "$first" ] || [ $left -lt "$first_left" ]; then first_left=$left first="that of $service, on $ends"; fi
    if [ $left -le 0 ]; then
      found warn "the certificate of $service has run out or is damaged" "run ./taylordash up: it renews and restarts what uses it"
    elif [ $left -lt $((45 * 86400)) ]; then
      found warn "the certificate of $service ends on $ends" "run ./taylordash up: it renews and restarts what uses it"
    else
      continue
    fi
    return
  done
  value "$count, the first to end is $first"
}
