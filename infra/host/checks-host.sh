# shellcheck shell=bash
# Checks of the machine that need no engine. Each calls `found STATUS CAUSE FIX [HOLDER]` at most once.

# What a person may do who cannot be root: somebody who can installs what is needed.
AS_ROOT="run it as root, with the settings after sudo, which hands none on: sudo TAYLORDASH_DOMAIN=... ./taylordash up. On Debian 12, 13 and \
Ubuntu LTS it installs all it needs; elsewhere install Docker Engine 24 or newer, compose 2.24 or newer, buildx, debootstrap, openssl, \
iptables and iproute2 first"

check_root() {
  value "user $(id -un)"
  [ "$(id -u)" = 0 ] || found fail "you are user $(id -u), not root" "$AS_ROOT"
}

check_system() {
  value "$(os_field PRETTY_NAME)"
  case "$(os_field ID) $(os_field VERSION_ID)" in
    'debian 12'* | 'debian 13'* | 'ubuntu 22.04' | 'ubuntu 24.04' | 'ubuntu 26.04') ;;
    *)
      local status=warn missing=''
      command -v docker >/dev/null || status=fail
      # Without apt nobody else gets them.
      if ! command -v apt-get >/dev/null; then
        engine_there || true
        missing=$(missing_tools | xargs)
        [ -z "$missing" ] || status=fail
      fi
      found $status "$(os_field PRETTY_NAME) is not Debian 12, Debian 13 or Ubuntu LTS${missing:+, has no apt-get, and lacks $missing}" \
        "install Docker Engine 24 or newer, compose 2.24 or newer, buildx, debootstrap, openssl, iptables and iproute2 yourself, then run ./taylordash up; TAYLORDASH_IMAGES=pull needs no debootstrap"
      ;;
  esac
}

check_architecture() {
  value "$(uname -m)"
  case $(uname -m) in
    x86_64 | aarch64 | arm64) ;;
    *) found fail "$(uname -m) is not supported" "use a machine with amd64 or arm64" ;;
  esac
}

check_memory() {
  local kb=0 free=0
  read -r kb free < <(awk '/^MemTotal:/ { all = $2 } /^MemAvailable:/ { free = $2 } END { print all + 0, free + 0 }' "$PROC/meminfo" 2>/dev/null) || true
  value "$((kb / 1024)) MB, $((free / 1024)) MB of it free"
  if [ "$kb" -lt 3906250 ]; then
    found fail "$((kb / 1024)) MB of memory" "4 GB is the least; give the machine more (8 GB advised)"
  elif [ "$kb" -lt 7000000 ]; then
    found warn "$((kb / 1024)) MB of memory" "8 GB is advised; Grafana and Tempo need 6"
  fi
}

check_cpu() {
  local count
  count=$(nproc)
  value "$count CPUs"
  [ "$count" -ge 2 ] || found fail "$count CPU" "2 are the least; give the machine more"
}

existing_parent() {
  local dir=$1
  while [ ! -d "$dir" ]; do dir=$(dirname "$dir"); done
  printf '%s' "$dir"
}

data_root() {
  { engine_there && timeout 5 docker info --format '{{.DockerRootDir}}' 2>/dev/null; } | grep '^/' || echo /var/lib/docker
}

check_disk() {
  local dir free mount seen='' least=15000000
  # With the images here, only data and logs still grow.
  if engine_there && have_image "$(image_ref PORTAL)" && have_image "$(image_ref POSTGRES)"; then least=3000000; fi
  for dir in "$(data_root)" "$STATE"; do
    read -r free mount < <(df -Pk "$(existing_parent "$dir")" | awk 'NR == 2 { print $4, $6 }') || true
    [[ "$seen," == *" on $mount,"* ]] || seen+="${seen:+, }$((${free:-0} / 1000000)) GB free on $mount"
    value "$seen"
    if [ "${free:-0}" -lt $least ]; then
      found fail "$((${free:-0} / 1000000)) GB free on the disk of $dir, $((least / 1000000)) are needed" "free some (docker system df shows what Docker holds) or add a disk"
      return
    fi
  done
}

check_inodes() {
  local free mount
  engine_there || true
  read -r free mount < <(df -Pi "$(existing_parent "$(data_root)")" | awk 'NR == 2 { print $4, $6 }') || true
  # btrfs and overlay have no fixed number of them.
  if [[ $free =~ ^[1-9][0-9]*$ ]]; then value "$free free on $mount"; else value "no limit on $mount"; fi
  [[ ! $free =~ ^[0-9]+$ ]] || [ "$free" = 0 ] || [ "$free" -ge 200000 ] ||
    found fail "$free inodes free on the disk of $(data_root)" "delete many small files there, or make the file system anew with more inodes"
}

# The sockets' inodes that listen on a TCP port. The kernel's own table: a bare machine has no `ss`.
port_sockets() {
  awk -v port="$(printf ':%04X' "$1")" '$4 == "0A" && substr($2, length($2) - 4) == port { print $10 }' \
    "$PROC/net/tcp" "$PROC/net/tcp6" 2>/dev/null
}

port_taken() { [ -n "$(port_sockets "$1")" ]; }

# Who listens on a TCP port, as "NAME (pid N)".
port_holder() {
  local socket file pid
  for socket in $(port_sockets "$1"); do
    file=$(find "$PROC"/[0-9]*/fd -lname "socket:\[$socket\]" -print -quit 2>/dev/null)
    [ -n "$file" ] || continue
    pid=${file#"$PROC"/}
    pid=${pid%%/*}
    printf '%s (pid %s)' "$(cat "$PROC/$pid/comm")" "$pid"
    return
  done
}

check_port() {
  local port=$1 container='' holder
  [[ $port =~ ^[0-9]+$ ]] || return 0
  ! engine_there || container=$(timeout 5 docker ps --filter "publish=$port" \
    --format '{{.Label "com.docker.compose.project"}} {{.Names}}' 2>/dev/null | head -n 1 || true)
  [ "${container%% *}" != "$TAYLORDASH_PROJECT" ] || { value "$port, held by this stack" && return; }
  if [ -n "$container" ]; then
    holder="container ${container#* }"
  elif port_taken "$port"; then
    holder=$(port_holder "$port")
    holder=${holder:-unknown process}
    # Perhaps this very stack: nothing to stop before the engine has said whose it is.
    if [[ $holder == docker-proxy* && $ENGINE = silent ]]; then
      found warn "port $port is held by a container, and the engine does not say by which" "see the check engine first" "$holder"
      return
    fi
  else
    value "$port is free"
    return
  fi
  found fail "port $port is held by $holder" "stop it, or choose another port with $2=NUMBER" "$holder"
}

check_port_http() { check_port "$TAYLORDASH_HTTP_PORT" TAYLORDASH_HTTP_PORT; }
check_port_https() { check_port "$TAYLORDASH_HTTPS_PORT" TAYLORDASH_HTTPS_PORT; }
check_port_mqtts() { check_port "$TAYLORDASH_MQTTS_PORT" TAYLORDASH_MQTTS_PORT; }

check_clock() {
  local now newest synchronised
  now=$(date +%s)
  synchronised=$(timeout 3 timedatectl show -p NTPSynchronized --value 2>/dev/null || true)
  case $synchronised in
    yes) value "$(date -u -d "@$now" '+%F %T UTC'), synchronised" ;;
    no) value "$(date -u -d "@$now" '+%F %T UTC'), not synchronised" ;;
    *) value "$(date -u -d "@$now" '+%F %T UTC'); no service tells whether it is synchronised" ;;
  esac
  newest=$(stat -c %Y "$ROOT/taylordash" "$HOST"/*.sh | sort -n | tail -n 1)
  if [ $((now + 86400)) -lt "$newest" ]; then
    found fail "the clock says $(date -d "@$now" +%F), older than this checkout" "set the time: timedatectl set-ntp true, or date -s; certificates need it"
  elif [ "$synchronised" = no ]; then
    found warn "the clock is not synchronised" "timedatectl set-ntp true; one-time codes fail when it drifts"
  fi
}

check_dns() {
  local status=warn addresses
  if [[ $TAYLORDASH_DOMAIN = localhost || $TAYLORDASH_DOMAIN = *.localhost ]] || is_address "$TAYLORDASH_DOMAIN"; then
    value "$TAYLORDASH_DOMAIN needs none"
    return
  fi
  if addresses=$(timeout 5 getent ahosts "$TAYLORDASH_DOMAIN" 2>/dev/null); then
    value "$TAYLORDASH_DOMAIN is $(awk '!seen[$1]++ { list = list (list ? ", " : "") $1 } END { print list }' <<<"$addresses")"
    # The ACME server comes by that address; behind a router it is not this machine's own, so it is no more than a warning.
    # One of its own loop says nothing: the hosts file was asked, as Debian writes it.
    [ -z "$TAYLORDASH_ACME_EMAIL" ] || [ -n "$TAYLORDASH_ACME_DNS" ] || grep -qE '^(127\.|::1 )' <<<"$addresses" || grep -qwFf <(host_addresses) <(awk '{ print $1 }' <<<"$addresses") ||
      found warn "$TAYLORDASH_DOMAIN leads to $(awk 'NR == 1 { print $1 }' <<<"$addresses"), which is no address of this machine" \
        "if no router passes its ports 80 and 443 on to this machine, mend the A or AAAA record: Let's Encrypt asks there"
    return
  fi
  # Let's Encrypt must find it; in a private network a hosts file may do.
  [ -z "$TAYLORDASH_ACME_EMAIL" ] || status=fail
  found $status "no address is known for $TAYLORDASH_DOMAIN" "add an A or AAAA record (or a line in hosts files) that points here, or choose another TAYLORDASH_DOMAIN"
}

check_ip_forward() {
  value "net.ipv4.ip_forward = $(cat "$PROC/sys/net/ipv4/ip_forward" 2>/dev/null || echo "not known")"
  [ "$(cat "$PROC/sys/net/ipv4/ip_forward" 2>/dev/null || echo 1)" != 0 ] || ! engine_there ||
    found fail "the kernel does not forward packets (net.ipv4.ip_forward = 0)" "sysctl -w net.ipv4.ip_forward=1; published ports need it"
}

check_firewall() {
  value "iptables is not installed yet"
  command -v iptables >/dev/null || { ! command -v docker >/dev/null || found warn "iptables is not installed" "./taylordash up installs it; the engine publishes ports with it"; return 0; }
  value "nothing in chain DOCKER-USER drops everything"
  timeout 3 iptables -w 2 -S DOCKER-USER 2>/dev/null | grep -Eq -- '-A DOCKER-USER -j (DROP|REJECT)' || return 0
  found warn "the firewall drops everything in chain DOCKER-USER" "allow ports $TAYLORDASH_HTTP_PORT, $TAYLORDASH_HTTPS_PORT, $TAYLORDASH_MQTTS_PORT there"
}
