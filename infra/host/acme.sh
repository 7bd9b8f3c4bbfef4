# shellcheck shell=bash
# The certificate of an ACME server. Traefik asks once, at its start: one that found no network, no DNS record or a closed
# port 80 would serve a certificate no browser knows until somebody restarted it.

# Seconds Traefik gets for an answer before it is restarted to ask again.
ACME_PATIENCE=90

wants_acme() { [ -n "$TAYLORDASH_ACME_EMAIL" ] && [ ! -d "$SECRETS/custom-tls" ]; }

# Whether the edge serves the stack's own certificate for the domain.
serves_own_leaf() {
  timeout 5 openssl s_client -connect "127.0.0.1:$TAYLORDASH_HTTPS_PORT" -servername "$TAYLORDASH_DOMAIN" \
    -CAfile "$SECRETS/ca/ca.crt" -verify_return_error </dev/null >/dev/null 2>&1
}

edge_id() {
  docker ps -q --filter "$(project_filter)" --filter label=com.docker.compose.service=traefik \
    --filter label=com.docker.compose.oneoff=False --filter status=running | head -n 1
}

edge_started() { docker inspect --format '{{.State.StartedAt}}' "$(edge_id)"; }

# Traefik's last word on the matter since its start, or nothing.
acme_error() {
  docker logs --since "$(edge_started)" "$(edge_id)" 2>&1 | grep 'Unable to obtain ACME certificate' | tail -n 1 |
    sed 's/.*"error":"\(\([^"\\]\|\\.\)*\)".*/\1/; s/\\[nt]/ /g; s/\\"/"/g' | cut -c 1-400
}

# Whether Traefik has asked in vain, long enough ago.
must_ask_again() {
  wants_acme && [ -n "$(edge_id)" ] && [ $(($(date +%s) - $(date -d "$(edge_started)" +%s))) -ge "$ACME_PATIENCE" ] && serves_own_leaf
}

# Waits for an answer to the question of a Traefik just started; says what is served if there is none.
report_acme() {
  local until=$(($(date +%s) + ACME_PATIENCE)) error=
  wants_acme || return 0
  while serves_own_leaf; do
    error=$(acme_error)
    if [ -n "$error" ] || [ "$(date +%s)" -ge $until ]; then
      say "  certificate:        none from the ACME server yet, so browsers warn; ./taylordash up asks again"
      say "                      ${error:-it has not answered within $ACME_PATIENCE s}"
      return 0
    fi
    sleep 1
  done
}
