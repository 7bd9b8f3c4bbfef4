# shellcheck shell=bash
# Checks that ask the engine.

# Whether an engine answers, asked once for all checks and kept in ENGINE (yes, silent or none): one that accepts and says
# nothing would cost each of them its patience. To be called in the checks' own shell.
ENGINE=
engine_there() {
  local status=0
  if [ -z "$ENGINE" ]; then
    timeout 3 docker version --format '{{.Server.Version}}' >/dev/null 2>&1 || status=$?
    case $status in
      0) ENGINE=yes ;;
      124) ENGINE=silent ;;
      *) ENGINE=none ;;
    esac
  fi
  [ "$ENGINE" = yes ]
}

# What a check says that found no engine to ask; check_engine says why.
no_answer() { value "not known: no engine answers"; }

at_least() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; }

check_socket() {
  local socket
  socket=$(engine_socket)
  if [ -z "$socket" ]; then
    value "$DOCKER_HOST"
    found fail "DOCKER_HOST names an engine by the network, $DOCKER_HOST; the stack is given the one behind /var/run/docker.sock" "unset DOCKER_HOST"
    return
  elif [ ! -e "$socket" ]; then
    value "no socket $socket here"
    return
  fi
  value "$socket, mode $(stat -c %a "$socket")"
  if socket_forbidden; then
    found fail "you may not use $socket" "run it as root"
  elif [ $((8#$(stat -c %a "$socket") & 2)) != 0 ]; then
    found fail "every user of this machine may use $socket, which makes each one root" "chmod o-rw $socket"
  elif ! [ "$socket" -ef /var/run/docker.sock ]; then
    # Compose gives docker-guard that one, whatever engine the host command talks to.
    found fail "DOCKER_HOST names another engine than the one the stack is given, which is behind /var/run/docker.sock" "unset DOCKER_HOST"
  fi
}

check_engine() {
  if engine_there; then value "answers at ${DOCKER_HOST:-$(engine_socket)}" && return; fi
  no_answer
  if [ "$ENGINE" = silent ]; then
    found fail "the Docker engine does not answer: it accepts, and says nothing for 3 s" \
      "give a busy machine a moment, or start the engine anew (systemctl restart docker); its log: journalctl -u docker, or $DOCKERD_LOG"
    return
  fi
  socket_forbidden || found fail "the Docker engine does not answer" "./taylordash up starts it; its log: journalctl -u docker, or $DOCKERD_LOG"
}

check_docker_version() {
  local version
  version=$(engine_version) || { no_answer && return; }
  value "$version"
  at_least 24 "$version" || found fail "Docker engine $version is too old" "upgrade it to 24 or newer, or remove it and run ./taylordash up"
}

check_compose_version() {
  local version
  version=$(compose_version || true)
  value "${version#v}"
  if [ -z "$version" ]; then
    found fail "docker compose does not run" "./taylordash up installs it"
  else
    at_least 2.24 "${version#v}" || found fail "docker compose $version is too old" "upgrade it to 2.24 or newer"
  fi
}

check_storage() {
  local driver
  driver=$(timeout 5 docker info --format '{{.Driver}}' 2>/dev/null) || { no_answer && return; }
  value "$driver"
  case $driver in
    overlay2 | overlayfs | btrfs | zfs | fuse-overlayfs) ;;
    *) found fail "the engine stores with $driver" "put its data root on ext4 or xfs, so that it can use overlay2" ;;
  esac
}

# Limits that the kernel does not enforce are no limits.
check_cgroup() {
  local answer
  answer=$(timeout 5 docker info --format '{{.MemoryLimit}} {{.PidsLimit}} {{.CPUCfsQuota}}' 2>/dev/null) || { no_answer && return; }
  value "limits of memory, processes and CPU are enforced"
  [ "$answer" = 'true true true' ] || found warn "the kernel does not enforce all limits (memory, pids, cpu: $answer)" "boot with cgroup_enable=memory, or use cgroup v2"
}

# The engine's own pools, when none are configured.
default_pools() {
  printf '172.%d.0.0/16 16\n' {17..31}
  echo '192.168.0.0/16 20'
}

# free_subnets USED: how many are free in the pools given as "BASE SIZE" a line; USED are the subnets in use, one a line.
free_subnets() {
  awk -v used="$1" '
    function number(address, part) { split(address, part, /[.\/]/); return ((part[1] * 256 + part[2]) * 256 + part[3]) * 256 + part[4] }
    BEGIN { taken = split(used, subnet, "\n") }
    $1 !~ /:/ {
      split($1, base, "/")
      count = 2 ^ ($2 - base[2])
      one = 2 ^ (32 - $2)
      split("", gone)
      for (i = 1; i <= taken; i++) if (split(subnet[i], range, "/") == 2 && subnet[i] ~ /^[0-9.]+\//) {
        from = number(range[1]) - number($1)
        last = from + 2 ^ (32 - range[2]) - 1
        if (last < 0) continue
        for (j = from < 0 ? 0 : int(from / one); j <= int(last / one) && j < count; j++) if (!(j in gone)) { gone[j]; count_gone++ }
      }
      free += count
    }
    END { print free - count_gone + 0 }'
}

# What the engine leaves alone: networks of its own, and those that this machine is connected to otherwise (a VPN, another engine).
subnets_in_use() {
  timeout 5 docker network ls -q | xargs -r docker network inspect --format '{{range .IPAM.Config}}{{.Subnet}}{{"\n"}}{{end}}' | grep . || true
  ip -4 route show scope link 2>/dev/null | awk '$1 ~ /\// { print $1 }'
}

# A network for each line under `networks:` of the stack; those that exist have their subnet already.
check_networks() {
  local wanted pools used free
  engine_there || { no_answer && return; }
  wanted=$(awk '/^networks:/ { here = 1; next } /^[a-z]/ { here = 0 } here && /^  [a-z-]+:/ { n++ } END { print n }' "$ROOT/docker-compose.yml")
  wanted=$((wanted - $(timeout 5 docker network ls -q --filter "$(project_filter)" | wc -l)))
  pools=$(timeout 5 docker info --format '{{range .DefaultAddressPools}}{{.Base}} {{.Size}}{{"\n"}}{{end}}' | grep . || default_pools)
  used=$(subnets_in_use | sort -u)
  free=$(free_subnets "$used" <<<"$pools")
  value "addresses for $free more, the stack needs $((wanted > 0 ? wanted : 0))"
  [ "$free" -ge "$wanted" ] ||
    found fail "the engine has addresses for $free more networks, the stack needs $wanted" \
      "docker network prune removes unused ones (docker network ls and ip route show all); or give the engine more default-address-pools in /etc/docker/daemon.json"
}

project_volumes() { timeout 5 docker volume ls -q --filter "$(project_filter)" 2>/dev/null || true; }

check_lost_secrets() {
  local volumes volume files
  volumes=$(project_volumes)
  [ -n "$volumes" ] || { value "no volumes yet" && return; }
  value "$(wc -l <<<"$volumes") volumes with theirs"
  while read -r volume files; do
    if [ "$volume" = - ] || ! grep -q "$volume" <<<"$volumes"; then continue; fi
    found fail "volumes without their secrets: data of $volume is here, ${files%% *} is not" \
      "name the place they lie in with TAYLORDASH_STATE_DIR, as at the first up; or put $SECRETS back from your backup; or give the data up: ./taylordash uninstall --data"
    return
  done < <(lost_secrets)
}

# A container of this project that another checkout or a release of other services made.
check_leftovers() {
  local known service dir fix count=0
  known=" $(compose_services | tr '\n' ' ') "
  while IFS='|' read -r service dir; do
    [ -n "$service" ] || continue
    count=$((count + 1))
    if [ -n "$dir" ] && [ ! "$dir" -ef "$ROOT" ]; then
      fix="use that checkout, take it down there first"
      [ -e "$dir/taylordash" ] || fix="that checkout is gone: ./taylordash down stops what it started"
      found fail "project $TAYLORDASH_PROJECT already runs from $dir" "$fix, or choose another TAYLORDASH_PROJECT"
      return
    elif [[ $known != *" $service "* ]]; then
      found warn "container of service $service is named by no compose file any more" "./taylordash up removes it, its volumes stay"
      return
    fi
  done < <(timeout 5 docker ps -a --filter "$(project_filter)" --filter label=com.docker.compose.oneoff=False \
    --format '{{.Label "com.docker.compose.service"}}|{{.Label "com.docker.compose.project.working_dir"}}' 2>/dev/null)
  value "none; project $TAYLORDASH_PROJECT has $count containers"
}

# Another stack like this one, perhaps stopped now, that will want the same ports after a reboot. Somebody else's with an
# edge of that name may never run again.
check_other_projects() {
  local id ports project port status fix others=() ours wanted=
  ours=$(timeout 5 docker volume ls --filter label=com.docker.compose.volume=guard-discover --format '{{.Label "com.docker.compose.project"}}' 2>/dev/null) || true
  while read -r id project; do
    [ "$project" != "$TAYLORDASH_PROJECT" ] || continue
    others+=("$project")
    ports=" $(timeout 5 docker inspect --format '{{range .HostConfig.PortBindings}}{{range .}}{{.HostPort}} {{end}}{{end}}' "$id" 2>/dev/null) "
    for port in "$TAYLORDASH_HTTP_PORT" "$TAYLORDASH_HTTPS_PORT" "$TAYLORDASH_MQTTS_PORT"; do
      [[ $ports == *" $port "* ]] || continue
      status=warn fix="if it is not needed any more: docker rm -f $id"
      if grep -qxF "$project" <<<"$ours"; then status=fail fix="if it shall go, uninstall it from its checkout"; fi
      found $status "project $project publishes port $port too" "give one of the two other ports (TAYLORDASH_HTTPS_PORT and so on); $fix" "project $project"
      wanted=1
      [ $status = warn ] || return 0
    done
  done < <(timeout 5 docker ps -a --filter label=com.docker.compose.service=traefik --format '{{.ID}} {{.Label "com.docker.compose.project"}}' 2>/dev/null)
  [ -n "$wanted" ] || value "none that wants these ports${others[*]:+, here are ${others[*]}}"
}
