# shellcheck shell=bash
# shellcheck disable=SC2153 # capitals are shared between the parts
# Starting the services, waiting for their health, the first admin.

# Compose recreates a container under a name like 0a4632fc531b_NAME and renames it at the end. One that never started
# is what a kill left half-way; the next compose would stumble over its name.
remove_half_made() {
  local id name
  while read -r id name; do
    [[ ! $name =~ ^[0-9a-f]{12}_ ]] || logged docker rm "$id"
  done < <(docker ps -a --filter "$(project_filter)" --filter status=created --format '{{.ID}} {{.Names}}')
}

# docker-guard writes there what was chosen in the portal: as root without any capability, so the directory is root's.
make_desired() {
  [ -d "$STATE/desired" ] || mkdir -m 0755 "$STATE/desired"
}

# "--scale SERVICE=N" for each of SERVICES whose number of replicas was chosen in the portal. Images need no word here:
# the one chosen is the one its tag points to, which compose takes by itself.
scale_options() {
  local line service replicas
  [ -f "$STATE/desired/desired.env" ] || return 0
  while IFS='=' read -r line replicas; do
    service=${line%.replicas}
    [[ $line == *.replicas && $replicas =~ ^([1-9]|10)$ && " ${SERVICES[*]} " == *" $service "* ]] || continue
    printf -- '--scale\n%s=%s\n' "$service" "$replicas"
  done <"$STATE/desired/desired.env"
}

start_services() {
  local out scale
  mapfile -t scale < <(scale_options)
  # Compose inherits this lock: one that outlived its killed `up` is waited for.
  exec 8<"$SECRETS"
  flock -w 180 8 ||
    die "the services cannot be started" "a docker compose of an earlier ./taylordash up still works on them" "wait until it is done, or end it; then run ./taylordash up again"
  remove_half_made
  if ! out=$(compose up -d --no-build --pull never --remove-orphans ${scale[@]+"${scale[@]}"} "${SERVICES[@]}" 2>&1 </dev/null 9<&-); then
    open_log
    printf '%s\n' "$out" >>"$LOG_FILE"
    printf '%s\n' "$out" | tail -n 10 | sed 's/^/    /' >&2
    die "the services cannot be started" "docker compose up failed (last lines above)" "./taylordash doctor looks for usual causes"
  fi
  exec 8<&-
  # Only work is worth a log: compose says "Running" of what it left alone.
  if printf '%s\n' "$out" | grep -Eq 'Created|Recreated|Started|Removed'; then
    open_log
    printf '%s\n' "$out" >>"$LOG_FILE"
  fi
}

# "service state health restarts id" of every container of the project.
containers() {
  local ids
  mapfile -t ids < <(docker ps -aq --filter "$(project_filter)" --filter label=com.docker.compose.oneoff=False)
  [ ${#ids[@]} -gt 0 ] || return 0
  docker inspect --format '{{index .Config.Labels "com.docker.compose.service"}} {{.State.Status}} {{if .State.Health}}{{.State.Health.Status}}{{else}}-{{end}} {{.RestartCount}} {{.Id}}' "${ids[@]}" 2>/dev/null || true
}

not_healthy() {
  local service=$1 id=$2 why=$3 out
  printf '\n  %s: %s; its last words:\n' "$service" "$why" >&2
  out=$({
    docker inspect --format '{{if .State.Health}}{{range .State.Health.Log}}{{.Output}}{{end}}{{end}}' "$id" 2>/dev/null | grep . | uniq | tail -n 2 | sed 's/^/health: /'
    docker logs --tail 20 "$id" 2>&1
  })
  open_log
  printf '%s\n' "$out" >>"$LOG_FILE"
  printf '%s\n' "$out" | cut -c 1-400 | sed 's/^/    /' >&2
  die "$service is not healthy" "$why after $(elapsed | tr -d ' ')" "read the lines above, or ./taylordash logs $service; ./taylordash up goes on from here"
}

# Returns when each of SERVICES is healthy (or runs, if it has no healthcheck); names the one that is not.
wait_healthy() {
  local deadline=$(($(date +%s) + ${TAYLORDASH_HEALTH_TIMEOUT:-300})) service state health restarts id
  local waiting worst_id worst_why
  # Restarts of an earlier day say nothing of this one.
  local -A done_services=() restarts_before=()
  while :; do
    waiting=
    while read -r service state health restarts id; do
      if [ -z "$id" ] || ! [[ " ${SERVICES[*]} " == *" $service "* ]]; then continue; fi
      if [ "$state" = running ] && { [ "$health" = healthy ] || [ "$health" = - ]; }; then
        [ -n "${done_services[$service]:-}" ] || [ -z "$LOG_FILE" ] || detail "$service is healthy"
        done_services[$service]=1
      else
        unset "done_services[$service]"
        restarts_before[$id]=${restarts_before[$id]:-$restarts}
        waiting=${waiting:-$service}
        [ "$waiting" != "$service" ] || { worst_id=$id && worst_why="$state, health ${health/-/unknown}, $restarts restarts"; }
        # It will not mend itself: a program that ends again and again.
        [ $((restarts - restarts_before[$id])) -lt 8 ] || not_healthy "$service" "$id" "$state, restarted $restarts times"
      fi
    done < <(containers)
    [ -n "$waiting" ] || break
    [ "$(date +%s)" -lt $deadline ] || not_healthy "$waiting" "$worst_id" "$worst_why"
    sleep 1
  done
  [ ${#done_services[@]} -ge ${#SERVICES[@]} ] ||
    die "a service has no container" "$(for service in "${SERVICES[@]}"; do [ -n "${done_services[$service]:-}" ] || printf '%s ' "$service"; done)" \
      "run ./taylordash up again"
}

# The edge's first words to somebody who asks for the sign-in page, as in "HTTP/1.1 200 OK".
sign_in_page() {
  printf 'GET /login HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "${TAYLORDASH_ORIGIN#https://}" |
    timeout 5 openssl s_client -quiet -connect "127.0.0.1:$TAYLORDASH_HTTPS_PORT" -servername "$TAYLORDASH_DOMAIN" 2>/dev/null |
    head -n 1 | tr -d '\r'
}

# wait_reachable [SECONDS]: a healthy Traefik takes a moment to notice a healthy portal.
wait_reachable() {
  local deadline=$(($(date +%s) + ${1:-30})) answer
  until answer=$(sign_in_page || true) && [[ $answer == *" 200"* ]]; do
    [ "$(date +%s)" -lt $deadline ] ||
      die "the sign-in page does not answer" "$TAYLORDASH_ORIGIN/login: ${answer:-no answer}" "read ./taylordash logs traefik; ./taylordash up goes on from here"
    sleep 0.2
  done
}

restart_renewed() {
  local services
  mapfile -t services < <({ restart_needed && { ! must_ask_again || echo traefik; }; } | sort -u)
  [ ${#services[@]} -gt 0 ] || return 0
  detail "restarting for a new certificate or configuration: ${services[*]}"
  logged compose restart "${services[@]}"
}

worker_id() {
  docker ps -q --filter "$(project_filter)" --filter label=com.docker.compose.service=worker \
    --filter label=com.docker.compose.oneoff=False --filter status=running 2>/dev/null | head -n 1
}

# Its input is what was asked for, and otherwise left to whoever calls: a loop over a list of people reads on.
cli() {
  if [[ " $* " == *" --password-stdin "* ]]; then
    docker exec -i "$(worker_id)" node /app/cli.js "$@"
  else
    docker exec "$(worker_id)" node /app/cli.js "$@" </dev/null
  fi
}

json_field() { sed -n "s/.*\"$1\": *\"\{0,1\}\([^\",}]*\)\"\{0,1\}.*/\1/p" | head -n 1; }

# The one-time password goes to the terminal alone: never through `logged`. The file .first-admin says "begun" from before it
# is made until the run told of it, and "told" ever after: nobody knows the password of a run that ended in between. Where
# there is no terminal it is told how to get one, and a later run shows none: the admin may have chosen theirs by then.
first_admin() {
  local out options=(--json) marker=$STATE/.first-admin
  if [ ! -e "$marker" ]; then echo begun >"$marker"; elif [ "$(cat "$marker")" != told ]; then options+=(--untold); fi
  if ! out=$(cli user first-admin "$TAYLORDASH_ADMIN" "${options[@]}" 2>"$marker.words"); then
    sed 's/^/    /' "$marker.words" >&2
    rm -f "$marker.words"
    die "the first admin cannot be made" "the command in the worker failed (its words above)" "./taylordash logs worker, then ./taylordash up again"
  fi
  rm -f "$marker.words"
  ADMIN_CREATED=$(printf '%s' "$out" | json_field created)
  ADMIN_NAME=$(printf '%s' "$out" | json_field name)
  ADMIN_PASSWORD=$(printf '%s' "$out" | json_field password)
}

# show_once TEXT: on the terminal, also where standard output goes to a file. Fails where there is none.
show_once() {
  if [ -t 1 ]; then say "$1"; else { say "$1" >/dev/tty; } 2>/dev/null; fi
}

report() {
  local word
  printf '\nTaylorDash is up: %s\n' "$TAYLORDASH_ORIGIN"
  if [ "$ADMIN_CREATED" = true ]; then
    say "  admin:              $ADMIN_NAME"
    if show_once "  one-time password:  $ADMIN_PASSWORD"; then
      say "  (shown this once; at the first sign-in you choose another and enrol a second factor)"
    else
      say "  one-time password:  written into no file; ./taylordash user reset-password $ADMIN_NAME shows one"
    fi
  else
    say "  admin:              $ADMIN_NAME (a lost password: ./taylordash user reset-password $ADMIN_NAME)"
  fi
  [ "$(cat "$STATE/.first-admin" 2>/dev/null)" = told ] || echo told >"$STATE/.first-admin"
  if [ -z "$TAYLORDASH_ACME_EMAIL" ] && [ ! -d "$SECRETS/custom-tls" ]; then
    say "  browsers trust it after you import $SECRETS/ca/ca.crt as an authority"
    say "  (this machine: cp it to /usr/local/share/ca-certificates/taylordash.crt, then update-ca-certificates)"
  fi
  [ "$TAYLORDASH_DOMAIN" != localhost ] ||
    say "  other machines reach it once it has a name: TAYLORDASH_DOMAIN=NAME-OR-ADDRESS ./taylordash up"
  report_acme
  for word in ${LEFT_OUT[@]+"${LEFT_OUT[@]}"}; do say "  left out: $word ($LEFT_OUT_WHY; $LEFT_OUT_FIX)"; done
  [ -z "$LOG_FILE" ] || say "  log: $LOG_FILE"
}
