#!/usr/bin/env bats
# Each check is broken once and must say so, with a cause and a fix.
load helper

@test "doctor runs at least 15 checks in at most 10 s and changes nothing" {
  local begin=$SECONDS
  run taylordash doctor --json
  [ $((SECONDS - begin)) -le 10 ]
  [ "$(grep -o '"name"' <<<"$output" | wc -l)" -ge 15 ]
  python3 -c 'import json,sys; rows=json.load(sys.stdin); assert all({"name","status","value","cause","holder","fix"} == set(r) for r in rows)' <<<"$output"
  [ ! -e "$TAYLORDASH_STATE_DIR" ]
}

@test "what is well is shown with the value found, aligned, and for machines" {
  mkdir "$BATS_TEST_TMPDIR/proc" && printf 'MemTotal: 8388608 kB\nMemAvailable: 2097152 kB\n' >"$BATS_TEST_TMPDIR/proc/meminfo"
  export TAYLORDASH_PROC=$BATS_TEST_TMPDIR/proc TAYLORDASH_DOMAIN=dash.example.org
  stub docker 'case "$*" in
    "version --format"*) echo 28.2.2 ;; "compose version"*) echo v2.37.1 ;; *{{.Driver}}*) echo overlay2 ;;
    *MemoryLimit*) echo "true true true" ;; *) exit 1 ;;
  esac'
  stub df 'case $1 in -Pk) printf "h\n/dev/x 9 9 65000000 9%% /data\n" ;; *) printf "h\n/dev/x 9 9 500000 9%% /data\n" ;; esac'
  stub nproc 'echo 4'
  stub getent 'printf "192.0.2.7 STREAM\n192.0.2.7 DGRAM\n2001:db8::7 STREAM\n"'
  stub timedatectl 'echo yes'
  stub date 'case "$*" in +%s) echo 4102444800 ;; *) real "$@" ;; esac'
  local checks=(memory cpu disk inodes port-http clock dns values docker-version compose-version storage secret-files)
  run taylordash doctor "${checks[@]}"
  [ "$status" = 0 ]
  local want="ok    memory             8192 MB, 2048 MB of it free
ok    cpu                4 CPUs
ok    disk               65 GB free on /data
ok    inodes             500000 free on /data
ok    port-http          25080 is free
ok    clock              2100-01-01 00:00:00 UTC, synchronised
ok    dns                dash.example.org is 192.0.2.7, 2001:db8::7
ok    values             project $TAYLORDASH_PROJECT at https://dash.example.org:25443
ok    docker-version     28.2.2
ok    compose-version    2.37.1
ok    storage            overlay2
ok    secret-files       none yet"
  diff <(printf '%s\n' "$want") <(head -n ${#checks[@]} <<<"$output")
  run taylordash doctor --json docker-version
  [[ $output == '[{"name":"docker-version","status":"ok","value":"28.2.2",'* ]]
}

@test "no check is well without a value" {
  # On a machine without an engine, and here.
  local here
  for here in 'exit 1' 'real "$@"'; do
    stub docker "$here"
    parts 'make_secrets; make_ca; make_leaves'
    run taylordash doctor --json
    python3 -c 'import json,sys
rows = json.load(sys.stdin)
assert len(rows) > 20
silent = [r["name"] for r in rows if r["status"] == "ok" and not r["value"]]
assert not silent, silent' <<<"$output"
    rm -r "$TAYLORDASH_STATE_DIR"
  done
}

@test "without an engine its checks say so" {
  stub docker 'exit 1'
  run taylordash doctor storage networks
  [ "${lines[0]}" = "ok    storage            not known: no engine answers" ]
  [ "${lines[1]}" = "ok    networks           not known: no engine answers" ]
}

@test "a check that does not exist: the nearest, and all there are" {
  run taylordash doctor memroy
  [ "$status" = 2 ]
  [[ $output == *'did you mean "memory"?'*"of: root system "*" other-projects"* ]]
}

@test "every check has a test here" {
  local check
  for check in $(parts 'echo "${HOST_CHECKS[@]} ${ENGINE_CHECKS[@]}"'); do
    grep -Eq "doctor_says (warn|fail) ${check//_/-} " "$BATS_TEST_FILENAME" || { echo "$check is never broken" && return 1; }
  done
}

@test "root" { stub id 'echo 1000'; doctor_says fail root "not root"; doctor_says fail root "sudo TAYLORDASH_DOMAIN=... ./taylordash up"; doctor_says fail root "install Docker Engine"; }
@test "system" {
  printf 'ID=debian\nVERSION_ID="11"\nPRETTY_NAME="Debian 11"\n' >"$BATS_TEST_TMPDIR/os"
  TAYLORDASH_OS_RELEASE=$BATS_TEST_TMPDIR/os doctor_says warn system "Debian 11"
}
@test "system: another one fails without Docker, or without apt to get what is missing" {
  printf 'ID=fedora\nVERSION_ID=44\nPRETTY_NAME="Fedora 44"\n' >"$BATS_TEST_TMPDIR/os"
  export TAYLORDASH_OS_RELEASE=$BATS_TEST_TMPDIR/os
  local show='run_check system; show_check system'
  # without NAME...: a machine that lacks these programs.
  without() { printf 'command() { [[ " %s " != *" $2 "* ]] && builtin command "$@"; }; missing_images() { echo postgres; }; ' "$*"; }
  run parts "$(without docker) $show"
  [[ $output == "fail  system "*"Fedora 44 is not Debian 12"*" → install Docker Engine"* ]]
  run parts "$(without apt-get openssl debootstrap) $show"
  [[ $output == "fail  system "*"has no apt-get, and lacks openssl debootstrap → install"*"TAYLORDASH_IMAGES=pull needs no debootstrap" ]]
  # All is here, or apt is.
  TAYLORDASH_IMAGES=pull run parts "$(without apt-get debootstrap) $show"
  [[ $output == "warn  system "* && $output != *lacks* ]]
  run parts "$(without openssl debootstrap) $show"
  [[ $output == "warn  system "* ]]
}
@test "architecture" { stub uname 'echo mips'; doctor_says fail architecture mips; }
@test "memory" {
  mkdir "$BATS_TEST_TMPDIR/proc" && echo "MemTotal: 2000000 kB" >"$BATS_TEST_TMPDIR/proc/meminfo"
  TAYLORDASH_PROC=$BATS_TEST_TMPDIR/proc doctor_says fail memory "1953 MB"
}
@test "cpu" { stub nproc 'echo 1'; doctor_says fail cpu "1 CPU"; }
@test "disk" {
  stub df 'printf "h\n/dev/x 9 9 1000000 9%% /\n"'
  doctor_says fail disk "1 GB free"
}
@test "inodes" {
  stub df 'case $1 in -Pi) printf "h\n/dev/x 9 9 50 9%% /\n" ;; *) real "$@" ;; esac'
  doctor_says fail inodes "50 inodes"
}
# create_server reuses an address that a test before has just closed.
listen() {
  python3 -c 'import socket,sys,time; s=socket.create_server(("127.0.0.1",int(sys.argv[1]))); time.sleep(30)' "$1" 3>&- &
  LISTENER=$!
  until [ -n "$(ss -Hltn "sport = :$1")" ]; do
    kill -0 "$LISTENER" || return 1
    sleep 0.05
  done
}
@test "port http, its holder named" {
  listen 25080
  doctor_says fail port-http "(pid $LISTENER)"
  kill "$LISTENER"
}
@test "port https, its holder named" {
  listen 25443
  doctor_says fail port-https "(pid $LISTENER)"
  run taylordash doctor --json
  [[ $output == *"\"holder\":\""*"(pid $LISTENER)\""* ]]
  kill "$LISTENER"
}
@test "port mqtts, its holder named" {
  listen 25883
  doctor_says fail port-mqtts "(pid $LISTENER)"
  kill "$LISTENER"
}
@test "a port of a container, while the engine does not say by which: nothing to be stopped" {
  stub docker 'sleep 60'
  # A script has its file's name.
  cat >"$BATS_TEST_TMPDIR/docker-proxy" <<'PY'
#!/usr/bin/python3
import socket, time
s = socket.create_server(("", 25443))
time.sleep(60)
PY
  chmod +x "$BATS_TEST_TMPDIR/docker-proxy"
  "$BATS_TEST_TMPDIR/docker-proxy" 3>&- &
  until grep -q ':6363 ' /proc/net/tcp; do sleep 0.05; done
  doctor_says warn port-https "port 25443 is held by a container, and the engine does not say by which"
  kill $!
}
@test "a port of another project's container" {
  stub docker 'case "$*" in "ps --filter publish=25443"*) echo "other other-traefik-1" ;; *) real "$@" ;; esac'
  doctor_says fail port-https "container other-traefik-1"
}
@test "a port of our own container is no failure" {
  stub docker 'case "$*" in "ps --filter publish=25443"*) echo "$TAYLORDASH_PROJECT x" ;; *) real "$@" ;; esac'
  run taylordash doctor port-https lost-secrets
  grep -Eq '^ok +port-https' <<<"$output"
}
@test "clock" {
  stub date 'case "$*" in +%s) echo 1000000000 ;; *) real "$@" ;; esac'
  doctor_says fail clock 2001-09-09
}
@test "dns: a warning, and a failure when Let's Encrypt must find the name" {
  export TAYLORDASH_DOMAIN=nowhere.invalid
  stub getent 'exit 2'
  doctor_says warn dns nowhere.invalid
  TAYLORDASH_ACME_EMAIL=a@example.org doctor_says fail dns nowhere.invalid
}
@test "dns: Let's Encrypt would ask another machine" {
  export TAYLORDASH_DOMAIN=dash.example.org TAYLORDASH_ACME_EMAIL=a@example.org
  stub getent 'printf "192.0.2.71 STREAM\n2001:db8::7 STREAM\n"'
  stub ip 'echo "2: eth0    inet 192.0.2.7/24 scope global eth0"'
  doctor_says warn dns "dash.example.org leads to 192.0.2.71, which is no address of this machine"
  # By DNS-01 nobody asks at the address; one of several addresses is enough; without an e-mail nobody asks at all.
  TAYLORDASH_ACME_DNS=hetzner run taylordash doctor dns
  grep -Eq '^ok +dns' <<<"$output"
  TAYLORDASH_ACME_EMAIL='' run taylordash doctor dns
  grep -Eq '^ok +dns' <<<"$output"
  stub getent 'printf "2001:db8::7 STREAM\n192.0.2.7 STREAM\n"'
  run taylordash doctor dns
  grep -Eq '^ok +dns' <<<"$output"
}
@test "firewall" {
  stub iptables 'echo "-A DOCKER-USER -j DROP"'
  doctor_says warn firewall DOCKER-USER
}
@test "checkout" {
  mkdir "$BATS_TEST_TMPDIR/copy" "$BATS_TEST_TMPDIR/copy/infra"
  cp "$ROOT/taylordash" "$BATS_TEST_TMPDIR/copy/" && cp -r "$ROOT/infra/host" "$ROOT/infra/images" "$BATS_TEST_TMPDIR/copy/infra/"
  ROOT=$BATS_TEST_TMPDIR/copy doctor_says fail checkout docker-compose.yml
}
@test "checkout: made under a umask that keeps the services out" {
  local copy=$BATS_TEST_TMPDIR/copy dir
  mkdir -p "$copy/app" "$copy/lib" "$copy/public/icons"
  cp -r "$ROOT/taylordash" "$ROOT/docker-compose.yml" "$ROOT/Dockerfile" "$ROOT/infra" "$copy/"
  # What stays the owner's alone: secrets lie here by default.
  mkdir -m 0700 "$copy/secrets"
  ROOT=$copy
  run taylordash doctor checkout
  grep -Eq '^ok +checkout' <<<"$output"
  chmod 0640 "$copy/infra/prometheus/prometheus.yml"
  doctor_says fail checkout "infra/prometheus/prometheus.yml (mode 640)"
  chmod 0644 "$copy/infra/prometheus/prometheus.yml"
  chmod 0750 "$copy/public/icons"
  doctor_says fail checkout "public/icons (mode 750)"
  # The fix mends it, and opens nothing else.
  eval "$(sed -n 's/.*→ \(chmod [^;]*\);.*/\1/p' <<<"$output")"
  run taylordash doctor checkout
  grep -Eq '^ok +checkout' <<<"$output"
  [ "$(stat -c %a "$copy/secrets")" = 700 ]
}
@test "unknown settings: in the environment, with the nearest name" {
  TAYLORDASH_DOMIAN=x doctor_says fail unknown-settings "did you mean TAYLORDASH_DOMAIN"
}
@test "unknown settings: in settings.env" {
  mkdir -p "$TAYLORDASH_STATE_DIR" && echo TAYLORDASH_HTTP_PROT=1 >"$TAYLORDASH_STATE_DIR/settings.env"
  doctor_says fail unknown-settings TAYLORDASH_HTTP_PORT
}
@test "values: port, equal ports, domain, project, images, e-mail, DNS provider" {
  TAYLORDASH_HTTPS_PORT=70000 doctor_says fail values 70000
  TAYLORDASH_HTTPS_PORT=25080 doctor_says fail values same
  TAYLORDASH_DOMAIN=https://x doctor_says fail values "host name"
  TAYLORDASH_PROJECT='A b' doctor_says fail values "project name"
  TAYLORDASH_IMAGES=none doctor_says fail values none
  TAYLORDASH_ACME_EMAIL=nobody doctor_says fail values e-mail
  TAYLORDASH_ACME_DNS='a b' doctor_says fail values "DNS provider"
}
@test "values: what looks like an address is one; a name is one to browsers too" {
  local domain
  for domain in 10.0.0.256 10.0.0 1.2.3.4.5 010.0.0.1 dash.7 dash.0x1f a..b -a.org a-.org "$(printf 'a%.0s' {1..64}).org"; do
    TAYLORDASH_DOMAIN=$domain doctor_says fail values "TAYLORDASH_DOMAIN=$domain is no host name"
  done
  for domain in localhost 10.0.0.5 255.255.255.255 7.dash.org dash.x1 xn--bcher-kva.example; do
    TAYLORDASH_DOMAIN=$domain run taylordash doctor values
    grep -Eq "^ok +values .*https://$domain:" <<<"$output" || { printf '%s\n' "$output" && return 1; }
  done
}
@test "values: ACME server, log level (in settings.env too), patience" {
  local good
  TAYLORDASH_ACME_CA=http://ca.example.org doctor_says fail values "TAYLORDASH_ACME_CA=http://ca.example.org"
  TAYLORDASH_LOG_LEVEL=verbose doctor_says fail values "TAYLORDASH_LOG_LEVEL=verbose"
  TAYLORDASH_HEALTH_TIMEOUT=5m doctor_says fail values "TAYLORDASH_HEALTH_TIMEOUT=5m"
  TAYLORDASH_HEALTH_TIMEOUT=0 doctor_says fail values "TAYLORDASH_HEALTH_TIMEOUT=0"
  for good in TAYLORDASH_ACME_CA=https://pebble:14000/dir TAYLORDASH_ACME_CA= \
    TAYLORDASH_LOG_LEVEL=debug TAYLORDASH_LOG_LEVEL= TAYLORDASH_HEALTH_TIMEOUT=900; do
    run env "$good" "$ROOT/taylordash" doctor values
    grep -Eq '^ok +values' <<<"$output" || { printf '%s\n' "$good" "$output" && return 1; }
  done
  mkdir -p "$TAYLORDASH_STATE_DIR" && echo TAYLORDASH_LOG_LEVEL=loud >"$TAYLORDASH_STATE_DIR/settings.env"
  doctor_says fail values "TAYLORDASH_LOG_LEVEL=loud"
}
@test "secret permissions" {
  parts make_secrets
  chmod 0644 "$TAYLORDASH_STATE_DIR/secrets/portal/session_key"
  doctor_says fail secret-permissions "portal/session_key has owner 10001 and mode 644"
}
@test "secret files" {
  parts make_secrets
  rm "$TAYLORDASH_STATE_DIR/secrets/portal/session_key"
  doctor_says warn secret-files portal/session_key
}
@test "certificates" {
  parts 'make_secrets; make_ca; LEAF_DAYS=10; make_leaves'
  doctor_says warn certificates "traefik ends on"
}
@test "certificates: one's own that has run out, ends soon, is for another name or cannot be read" {
  export TAYLORDASH_DOMAIN=dash.example.org
  local dir=$TAYLORDASH_STATE_DIR/secrets/custom-tls
  mkdir -p "$dir"
  own() { # own DAYS NAMES
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=own -days "$1" -addext "subjectAltName=$2" \
      -keyout "$dir/tls.key" -out "$dir/tls.crt" 2>/dev/null
  }
  # Before the first `up` and after it, which copies it.
  for made in none all; do
    [ $made = none ] || { own 90 DNS:dash.example.org && parts 'make_secrets; make_ca; make_leaves'; }
    own 90 DNS:dash.example.org
    # Openssl's req signs none that has run out.
    openssl x509 -in "$dir/tls.crt" -signkey "$dir/tls.key" -days -1 -out "$dir/old.crt" 2>/dev/null
    mv "$dir/old.crt" "$dir/tls.crt"
    doctor_says warn certificates "$dir/tls.crt has run out"
    [[ $output == *"put a newer tls.crt and tls.key into $dir"* ]]
    own 10 'DNS:*.example.org'
    doctor_says warn certificates "$dir/tls.crt ends on"
    [[ $output == *"put a newer tls.crt and tls.key into $dir"* && $output != *"it renews"* ]]
    own 90 DNS:other.example.org
    doctor_says warn certificates "$dir/tls.crt is not for dash.example.org"
    own 90 'DNS:*.example.org,IP:10.0.0.5'
    run taylordash doctor certificates
    grep -Eq '^ok +certificates' <<<"$output"
    TAYLORDASH_DOMAIN=10.0.0.5 run taylordash doctor certificates
    grep -Eq '^ok +certificates' <<<"$output"
    TAYLORDASH_DOMAIN=10.0.0.50 doctor_says warn certificates "is not for 10.0.0.50"
  done
  echo no >"$dir/tls.crt"
  doctor_says fail certificates "is damaged"
}
@test "engine" { stub docker 'exit 1'; doctor_says fail engine "does not answer"; }
# One by a client that hangs, one by the real client at a socket where nobody reads.
@test "engine: one that accepts and does not answer is asked once" {
  local begin check socket=$BATS_TEST_TMPDIR/s
  silent() {
    begin=$SECONDS
    run taylordash doctor
    [ "$status" = 1 ]
    [ $((SECONDS - begin)) -le 10 ]
    grep -Eq '^fail +engine +the Docker engine does not answer: it accepts, .* → ' <<<"$output"
    for check in docker-version own-services storage networks lost-secrets leftovers other-projects; do
      grep -Eq "^ok +$check +not known: no engine answers" <<<"$output"
    done
    grep -Eq '^(ok|fail) +disk ' <<<"$output"
  }
  stub docker 'echo asked >>'"$BATS_TEST_TMPDIR"'/asked; sleep 60'
  silent
  # By several too, however many want to know.
  rm "$BATS_TEST_TMPDIR/asked"
  run taylordash doctor inodes port-http port-https port-mqtts
  [ "$(wc -l <"$BATS_TEST_TMPDIR/asked")" = 1 ]
  rm "$STUBS/docker"
  python3 -c 'import socket,sys,time; s=socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen(99); time.sleep(60)' "$socket" 3>&- &
  until [ -S "$socket" ]; do sleep 0.05; done
  export DOCKER_HOST=unix://$socket
  mkdir -p "$TAYLORDASH_STATE_DIR/compose.d" && echo 'services: { a: { image: x } }' >"$TAYLORDASH_STATE_DIR/compose.d/a.yml"
  silent
  kill $!
}
@test "socket" {
  python3 -c 'import socket,sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$BATS_TEST_TMPDIR/s"
  chmod 0666 "$BATS_TEST_TMPDIR/s"
  DOCKER_HOST=unix://$BATS_TEST_TMPDIR/s doctor_says fail socket "every user"
  # docker-guard is given the usual one, whatever the command talks to.
  chmod 0600 "$BATS_TEST_TMPDIR/s"
  DOCKER_HOST=unix://$BATS_TEST_TMPDIR/s doctor_says fail socket "another engine"
  DOCKER_HOST=tcp://elsewhere:2375 doctor_says fail socket "by the network"
}
@test "docker version" {
  stub docker 'case "$*" in "version --format"*) echo 20.10.24 ;; *) real "$@" ;; esac'
  doctor_says fail docker-version 20.10.24
}
@test "compose version" {
  stub docker 'case "$*" in "compose version"*) echo 2.9.0 ;; *) real "$@" ;; esac'
  doctor_says fail compose-version 2.9.0
}
networks_stub() {
  stub ip 'case "$*" in *"route show scope link"*) printf "%s\n" '"${2:-}"' ;; *) real "$@" ;; esac'
  stub docker 'case "$*" in
    "network ls -q --filter"*) echo a; echo b ;;
    "network ls -q") printf "%s\\n" x y ;;
    "network inspect"*) printf "%s\\n" 10.9.0.0/24 10.9.5.0/24 fd00::/64 172.30.0.0/16 ;;
    "info --format {{range .DefaultAddressPools"*) '"$1"' ;;
    *) real "$@" ;;
  esac'
}
@test "networks: pools that are used up, of one's own and the engine's" {
  networks_stub 'echo "10.9.0.0/21 24"'
  doctor_says fail networks "addresses for 6 more networks, the stack needs 8"
  networks_stub 'printf "%s\n" "10.9.0.0/22 24" "10.9.4.0/22 24" "fd00::/48 64"'
  doctor_says fail networks "addresses for 6 more networks"
  networks_stub true
  run taylordash doctor networks
  grep -Eq '^ok +networks' <<<"$output"
}
@test "networks: addresses that this machine reaches otherwise, by a VPN, are not free" {
  # Two of them outside the pool, on either side; one that two networks of the engine lie in.
  networks_stub 'echo "10.9.0.0/21 24"' '"10.8.255.0/24 dev tun0" "10.9.8.0/24 dev tun0" "10.9.0.0/23 dev tun1" "10.9.0.0/24 dev br-x"'
  doctor_says fail networks "addresses for 5 more networks, the stack needs 8"
  networks_stub true '"172.16.0.0/12 dev tun0"'
  run taylordash doctor networks
  grep -Eq '^ok +networks +addresses for 16 more' <<<"$output"
  networks_stub true '"172.16.0.0/12 dev tun0" "192.168.0.0/17 dev tun1"'
  run taylordash doctor networks
  grep -Eq '^ok +networks +addresses for 8 more' <<<"$output"
}
own_file() { mkdir -p "$TAYLORDASH_STATE_DIR/compose.d" && cat >"$TAYLORDASH_STATE_DIR/compose.d/$1.yml"; }
@test "own services: the broken file is named among sound ones, with compose's words" {
  printf 'services: { a: { image: x } }\n' | own_file a
  printf 'services: { c: { image: x } }\n' | own_file c
  run taylordash doctor own-services
  grep -Eq '^ok +own-services' <<<"$output"
  printf 'services: { b: { imagee: x } }\n' | own_file b
  doctor_says fail own-services "compose.d/b.yml cannot be used; compose says:"
  [[ $output == *imagee* ]]
  printf 'services:\n  b: [\n' | own_file b
  doctor_says fail own-services compose.d/b.yml
  printf 'services: { b: { image: x, networks: [nowhere] } }\n' | own_file b
  doctor_says fail own-services nowhere
}
@test "own services: a metrics label that is no port, a variable that is not set, a handed out socket" {
  printf 'services: { a: { image: x, labels: { taylordash.metrics: "http://a" } } }\n' | own_file a
  doctor_says fail own-services 'taylordash.metrics of a is "http://a"'
  printf 'services: { a: { image: x, command: "${TAYLORDASH_DOMIAN}" } }\n' | own_file a
  doctor_says warn own-services TAYLORDASH_DOMIAN
  printf 'services: { a: { image: x, volumes: ["/var/run/docker.sock:/s"] } }\n' | own_file a
  doctor_says warn own-services "compose.d/a.yml hands out the engine's socket"
}
@test "storage" {
  stub docker 'case "$*" in *"{{.Driver}}"*) echo vfs ;; *) real "$@" ;; esac'
  doctor_says fail storage vfs
}
@test "cgroup" {
  stub docker 'case "$*" in *MemoryLimit*) echo "false true true" ;; *) real "$@" ;; esac'
  doctor_says warn cgroup "false true true"
}
@test "ip forward" {
  # Its packets count only where an engine answers, however slowly the real one does.
  stub docker true
  mkdir -p "$BATS_TEST_TMPDIR/proc/sys/net/ipv4" && echo 0 >"$BATS_TEST_TMPDIR/proc/sys/net/ipv4/ip_forward"
  TAYLORDASH_PROC=$BATS_TEST_TMPDIR/proc doctor_says fail ip-forward ip_forward
}
@test "lost secrets: volumes without theirs" {
  stub docker 'case "$*" in "volume ls"*) echo x_postgres-data ;; *) real "$@" ;; esac'
  doctor_says fail lost-secrets "postgres/owner_password"
  parts make_secrets
  run taylordash doctor port-https lost-secrets
  grep -Eq '^ok +lost-secrets' <<<"$output"
}
@test "leftovers: another checkout, another version" {
  stub docker 'case "$*" in *working_dir*) echo "portal|/elsewhere" ;; *) real "$@" ;; esac'
  doctor_says fail leftovers /elsewhere
  stub docker 'case "$*" in *working_dir*) echo "minio|" ;; *) real "$@" ;; esac'
  doctor_says warn leftovers minio
}
@test "other projects that want the same port" {
  stub docker 'case "$*" in "ps -a --filter label=com.docker.compose.service=traefik"*) echo "abc other" ;; *PortBindings*) echo "80 25443 " ;;
    *guard-discover*) echo "$STACKS" ;; *) real "$@" ;; esac'
  STACKS=other doctor_says fail other-projects "project other publishes port 25443"
  # What is no stack like this one may be an old container of somebody's own edge.
  STACKS=another doctor_says warn other-projects "docker rm -f abc"
}
