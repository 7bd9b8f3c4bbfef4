# shellcheck shell=bash
# `status` and `logs`: straight from the engine, so they work while the guard is down and before any image exists.

uptime_of() {
  local seconds=$(($(date +%s) - $(date -d "$1" +%s)))
  if [ $seconds -lt 120 ]; then
    printf '%ss' $seconds
  elif [ $seconds -lt 7200 ]; then
    printf '%sm' $((seconds / 60))
  elif [ $seconds -lt 172800 ]; then
    printf '%sh' $((seconds / 3600))
  else
    printf '%sd' $((seconds / 86400))
  fi
}

# "service|state|health|uptime|ports|reason" lines: every container of the project, then what has none. Only what was
# left out has a reason.
status_rows() {
  local ids service state health started ports seen=' '
  mapfile -t ids < <(docker ps -aq --filter "$(project_filter)" --filter label=com.docker.compose.oneoff=False)
  if [ ${#ids[@]} -gt 0 ]; then
    while IFS='|' read -r service state health started ports; do
      seen+="$service "
      [ "$state" = running ] && started=$(uptime_of "$started") || started=-
      printf '%s|%s|%s|%s|%s|\n' "$service" "$state" "$health" "$started" "${ports% }"
    done < <(docker inspect --format '{{index .Config.Labels "com.docker.compose.service"}}|{{.State.Status}}|{{if .State.Health}}{{.State.Health.Status}}{{else}}-{{end}}|{{.State.StartedAt}}|{{range $port, $bound := .NetworkSettings.Ports}}{{range $bound}}{{if ne .HostIp "::"}}{{.HostPort}}->{{$port}} {{end}}{{end}}{{end}}' "${ids[@]}" | sort)
  fi
  while read -r service; do
    [[ $seen != *" $service "* ]] || continue
    if was_left_out "$service"; then
      printf '%s|left out|-|-||%s\n' "$service" "$LEFT_OUT_WHY; $LEFT_OUT_FIX"
    else
      printf '%s|absent|-|-||\n' "$service"
    fi
  done < <(compose_services)
}

verb_status() {
  local json=0 rows first=1 service state health up ports reason word
  for word in "$@"; do
    [ "$word" = --json ] || misuse "unknown option \"$word\" of status" "$(nearest "$word" --json)"
    json=1
  done
  need_engine "no status"
  rows=$(status_rows)
  if [ $json = 1 ]; then
    printf '['
    while IFS='|' read -r service state health up ports reason; do
      [ -n "$service" ] || continue
      [ $first = 1 ] || printf ','
      first=0
      json_object service "$service" state "$state" health "$health" uptime "$up" ports "$ports" reason "$reason"
    done <<<"$rows"
    printf ']\n'
  else
    printf '%-18s %-11s %-10s %-7s %s\n' SERVICE STATE HEALTH UPTIME PORTS
    while IFS='|' read -r service state health up ports reason; do
      [ -n "$service" ] || continue
      printf '%-18s %-11s %-10s %-7s %s\n' "$service" "$state" "$health" "$up" "$ports$reason"
    done <<<"$rows"
  fi
}

# logs_of ID [--follow]: with the container's name before each line.
logs_of() {
  local name
  name=$(docker inspect --format '{{.Name}}' "$1")
  docker logs --tail 200 ${2+"$2"} "$1" 2>&1 | sed -u "s|^|${name#/} \| |"
}

verb_logs() {
  local service='' follow=() id ids
  while [ $# -gt 0 ]; do
    case $1 in
      -f | --follow) follow=(--follow) ;;
      -*) misuse "unknown option \"$1\" of logs" -f ;;
      *)
        [ -z "$service" ] || misuse "logs shows one service; \"$1\" is one too many"
        service=$1
        ;;
    esac
    shift
  done
  [ -n "$service" ] || incomplete "logs wants the name of a service" "./taylordash logs SERVICE, one of: $(compose_services | tr '\n' ' ')"
  need_engine "no logs"
  mapfile -t ids < <(docker ps -aq --filter "$(project_filter)" --filter "label=com.docker.compose.service=$service" \
    --filter label=com.docker.compose.oneoff=False)
  if [ ${#ids[@]} = 0 ]; then
    local hint services
    mapfile -t services < <(compose_services)
    [[ " ${services[*]} " == *" $service "* ]] || {
      hint=$(nearest "$service" ${services[@]+"${services[@]}"})
      die "no logs of $service" "there is no service of that name${hint:+; did you mean \"$hint\"?}" "./taylordash logs SERVICE, one of: ${services[*]}"
    }
    ! was_left_out "$service" || die "no logs of $service" "it was left out: $LEFT_OUT_WHY" "$LEFT_OUT_FIX"
    die "no logs of $service" "it has no container in project $TAYLORDASH_PROJECT" "./taylordash up starts it; ./taylordash status shows what runs"
  fi
  [ ${#ids[@]} -gt 1 ] || exec docker logs --tail 200 ${follow[@]+"${follow[@]}"} "${ids[0]}"
  # Several containers: each line says whose it is; those that are followed come as they are said.
  trap 'kill -- $(jobs -p | sed "s/^/-/") 2>/dev/null || true' EXIT
  trap 'exit 143' TERM
  set -m
  for id in "${ids[@]}"; do
    logs_of "$id" ${follow[@]+"${follow[@]}"} &
    [ ${#follow[@]} -gt 0 ] || wait $! || true
  done
  wait
}
