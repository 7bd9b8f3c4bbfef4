# shellcheck shell=bash
# Settings: environment over settings.env over defaults; `up` keeps them.

SETTING_NAMES=(TAYLORDASH_PROJECT TAYLORDASH_DOMAIN TAYLORDASH_ACME_EMAIL TAYLORDASH_ACME_CA TAYLORDASH_ACME_DNS
  TAYLORDASH_HTTP_PORT TAYLORDASH_HTTPS_PORT TAYLORDASH_MQTTS_PORT TAYLORDASH_IMAGES TAYLORDASH_ADMIN)
DERIVED_NAMES=(TAYLORDASH_SECRETS_DIR TAYLORDASH_TARGETS_DIR TAYLORDASH_DESIRED_DIR TAYLORDASH_ORIGIN)
# Known in the environment, never kept.
# shellcheck disable=SC2034 # read elsewhere
OTHER_NAMES=(TAYLORDASH_STATE_DIR TAYLORDASH_DOCKERD_FLAGS TAYLORDASH_HEALTH_TIMEOUT TAYLORDASH_KILL_AT
  TAYLORDASH_KILL_AT_WRITE TAYLORDASH_PROC TAYLORDASH_OS_RELEASE TAYLORDASH_APT TAYLORDASH_VERSION TAYLORDASH_LOG_LEVEL)

default_of() {
  case $1 in
    TAYLORDASH_PROJECT) echo taylordash ;;
    TAYLORDASH_DOMAIN) echo localhost ;;
    TAYLORDASH_HTTP_PORT) echo 80 ;;
    TAYLORDASH_HTTPS_PORT) echo 443 ;;
    TAYLORDASH_MQTTS_PORT) echo 8883 ;;
    TAYLORDASH_IMAGES) echo auto ;;
    TAYLORDASH_ADMIN) echo admin ;;
  esac
}

# The file is parsed, never sourced: a value must not become a command.
setting_in_file() {
  [ -r "$SETTINGS_FILE" ] || return 0
  sed -n "s/^$1=//p" "$SETTINGS_FILE" | tail -n 1
}

load_settings() {
  local name value
  STATE=$(realpath -m "${TAYLORDASH_STATE_DIR:-$ROOT}")
  SETTINGS_FILE=$STATE/settings.env
  # Without them the defaults would name another project.
  if { [ -d "$STATE" ] && [ ! -x "$STATE" ]; } || { [ -e "$SETTINGS_FILE" ] && [ ! -r "$SETTINGS_FILE" ]; }; then
    die "the settings cannot be read" \
      "user $(id -un) may not read $SETTINGS_FILE, which says what project this is" "run it as root: sudo ./taylordash ..."
  fi
  for name in "${SETTING_NAMES[@]}"; do
    value=${!name-}
    # Only the ACME settings may be emptied by the environment.
    if [ -z "$value" ] && ! { [ -n "${!name+given}" ] && [[ $name == TAYLORDASH_ACME_* ]]; }; then
      value=$(setting_in_file "$name")
      [ -n "$value" ] || value=$(default_of "$name")
    fi
    export "$name=$value"
  done
  derive_settings
}

derive_settings() {
  SECRETS=$STATE/secrets
  # As browsers write it: the portal compares origins as text.
  export TAYLORDASH_DOMAIN=${TAYLORDASH_DOMAIN,,}
  export TAYLORDASH_SECRETS_DIR=$SECRETS TAYLORDASH_TARGETS_DIR=$STATE/targets TAYLORDASH_DESIRED_DIR=$STATE/desired
  TAYLORDASH_ORIGIN=https://$TAYLORDASH_DOMAIN
  [ "$TAYLORDASH_HTTPS_PORT" = 443 ] || TAYLORDASH_ORIGIN+=:$TAYLORDASH_HTTPS_PORT
  export TAYLORDASH_ORIGIN
}

# Asked once, of a person at a terminal who has not answered yet.
ask_settings() {
  [ -t 0 ] && [ -t 1 ] && [ ! -e "$SETTINGS_FILE" ] && [ "$YES" != 1 ] || return 0
  local answer domain=$TAYLORDASH_DOMAIN email=$TAYLORDASH_ACME_EMAIL
  while :; do
    read -r -p "Domain this machine is reached by [$domain]: " answer || unanswered
    TAYLORDASH_DOMAIN=${answer:-$domain}
    TAYLORDASH_ACME_EMAIL=$email
    if [ "$TAYLORDASH_DOMAIN" != localhost ] && [ -z "$email" ]; then
      read -r -p "E-mail for Let's Encrypt (empty: certificates of the stack's own CA): " answer || unanswered
      TAYLORDASH_ACME_EMAIL=$answer
    fi
    derive_settings
    ! answers_fail || continue
    return 0
  done
}

# The last answer may be one that was just refused: it is not gone on with.
unanswered() { die "nothing was changed" "the input ended before the questions were answered" "run ./taylordash up again, or ./taylordash up --yes for the defaults"; }

# Whether what was typed fails the checks that look at it; they say why, and the questions are asked again.
answers_fail() {
  local check failed=1
  for check in values dns certificates; do
    run_check "$check"
    [ "$FOUND_STATUS" = ok ] || show_check "$check"
    [ "$FOUND_STATUS" != fail ] || failed=0
  done
  return $failed
}

save_settings() {
  local text name
  text=$(
    echo "# Kept by ./taylordash up. Change a value here or give it in the environment, then run ./taylordash up."
    for name in "${SETTING_NAMES[@]}"; do printf '%s=%s\n' "$name" "${!name}"; done
    echo "# Derived from the above at every up."
    for name in "${DERIVED_NAMES[@]}"; do printf '%s=%s\n' "$name" "${!name}"; done
  )
  if [ -f "$SETTINGS_FILE" ] && [ "$(cat "$SETTINGS_FILE")" = "$text" ]; then return 0; fi
  mkdir -p "$STATE"
  printf '%s\n' "$text" | write_file "$SETTINGS_FILE" 0 0600
}

# write_file PATH UID MODE <content: whole or not at all, also when killed.
write_file() {
  local temp
  temp=$(dirname "$1")/.new.$(basename "$1")
  rm -f "$temp"
  (umask 077 && cat >"$temp")
  chmod "$3" "$temp"
  chown "$2:$2" "$temp"
  WRITES=$((${WRITES:-0} + 1))
  [ "${TAYLORDASH_KILL_AT_WRITE:-}" != "$WRITES" ] || kill -9 $$
  mv -f "$temp" "$1"
}
