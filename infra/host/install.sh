# shellcheck shell=bash
# Installation of the engine and the few tools from the distribution. Only what is missing.

APT=${TAYLORDASH_APT:-/etc/apt}

os_field() { sed -n "s/^$1=//p" "${TAYLORDASH_OS_RELEASE:-/etc/os-release}" 2>/dev/null | tr -d '"' | head -n 1; }

# Names of what is missing, as a person would say them.
missing_tools() {
  command -v docker >/dev/null || echo docker
  command -v dockerd >/dev/null || engine_answers || echo engine
  docker compose version >/dev/null 2>&1 || echo compose
  local tool builders=()
  for tool in openssl iptables ip; do
    command -v "$tool" >/dev/null || echo "$tool"
  done
  docker buildx version >/dev/null 2>&1 || builders+=(buildx)
  # What is pulled stands on no base of ours.
  [ "$TAYLORDASH_IMAGES" = pull ] || command -v debootstrap >/dev/null || builders+=(debootstrap)
  # Where a bundle brought every image nothing is built, and perhaps nothing can be installed. A silent engine would
  # let each question wait.
  [ ${#builders[@]} = 0 ] || { [ "$ENGINE" != silent ] && [ -z "$(needed_images)" ]; } || printf '%s\n' "${builders[@]}"
  [ -e /etc/ssl/certs/ca-certificates.crt ] || [ -e /etc/pki/tls/certs/ca-bundle.crt ] || echo ca-certificates
}

packages_for() {
  local distribution tool
  distribution=$(os_field ID)
  for tool in "$@"; do
    case $distribution:$tool in
      debian:docker) echo docker-cli ;;
      ubuntu:docker) echo docker.io ;;
      *:engine) echo docker.io ;;
      debian:compose) echo docker-compose ;;
      ubuntu:compose) echo docker-compose-v2 ;;
      *:buildx) echo docker-buildx ;;
      # With Debian's keys its base is checked by signature. Those of Ubuntu 22.04 are too old for Debian 13: without
      # them debootstrap fetches by HTTPS alone.
      ubuntu:debootstrap)
        echo debootstrap
        [ "$(os_field VERSION_ID)" = 22.04 ] || echo debian-archive-keyring
        ;;
      *:ip) echo iproute2 ;;
      *) echo "$tool" ;;
    esac
  done | sort -u | at_release
}

# Debian 12's engine is too old. Only Docker's own packages are asked of Debian 13, by name: they run on Debian 12's
# libc, so nothing else of the machine is touched. (`-t trixie` would upgrade libc and whatever depends on it.)
needs_trixie() { [ "$(os_field ID) $(os_field VERSION_ID)" = 'debian 12' ]; }
at_release() { if needs_trixie; then sed 's|^docker.*|&/trixie|'; else cat; fi; }

# Debian 13 is added from the same mirror and with the same keys as the host's own packages.
trixie_source() {
  local file
  for file in "$APT"/sources.list.d/*.sources; do
    [ -r "$file" ] || continue
    awk -v RS= '/(^|\n)Suites:[^\n]*bookworm/ && !/(^|\n)Enabled: *no/ {
      n = split($0, lines, "\n")
      for (i = 1; i <= n; i++) {
        if (lines[i] ~ /^#/) continue
        if (lines[i] ~ /^Suites:/) gsub(/bookworm/, "trixie", lines[i])
        if (lines[i] ~ /^Components:/) lines[i] = "Components: main"
        print lines[i]
      }
      print "" }' "$file"
  done | grep -v -e '-backports' || true
  # shellcheck disable=SC2013 # words are wanted: a deb line is built from them
  for file in "$APT"/sources.list "$APT"/sources.list.d/*.list; do
    [ -r "$file" ] || continue
    awk '/^deb / { line = $0; signed = ""
        if (match(line, /\[[^]]*\]/)) { options = substr(line, RSTART + 1, RLENGTH - 2)
          sub(/\[[^]]*\] */, "", line)
          if (match(options, /signed-by=[^ ]*/)) signed = substr(options, RSTART + 10, RLENGTH - 10) }
        split(line, word, " ")
        if (word[3] ~ /^bookworm(-updates|-security)?$/) {
          sub(/bookworm/, "trixie", word[3])
          print "Types: deb\nURIs: " word[2] "\nSuites: " word[3] "\nComponents: main"
          print "Signed-By: " (signed ? signed : "/usr/share/keyrings/debian-archive-keyring.gpg") "\n" } }' "$file"
  done
}

trixie_known() { apt-cache policy 2>/dev/null | grep -q 'n=trixie,'; }

add_trixie() {
  trixie_known && return 0
  local text
  text=$(trixie_source)
  [ -n "$text" ] || die "no source for Debian 13" "no bookworm line was found in $APT/sources.list or sources.list.d to derive it from" \
    "install docker.io, docker-cli, docker-compose and docker-buildx of Debian 13 yourself, then run ./taylordash up again"
  mkdir -p "$APT/preferences.d" "$APT/sources.list.d"
  # The pin first: a source without it could upgrade the whole machine.
  printf 'Package: *\nPin: release n=%s\nPin-Priority: 100\n\n' trixie trixie-security trixie-updates |
    write_file "$APT/preferences.d/taylordash-trixie" 0 0644
  printf '%s\n' "$text" | write_file "$APT/sources.list.d/taylordash-trixie.sources" 0 0644
}

# Waits for another apt (unattended upgrades right after the first boot); restarts no service of the machine.
apt() { DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l logged apt-get -q -o DPkg::Lock::Timeout=300 "$@"; }

# update_lists PACKAGE...: what is to be installed from them.
update_lists() {
  local deadline=$(($(date +%s) + 120))
  # A fetch that fails for a moment is no failure to apt by itself: it would go on with lists it has not.
  until apt -o APT::Update::Error-Mode=any update; do
    # apt has no waiting for this lock.
    if tail -n 5 "$LOG_FILE" | grep -q 'lists/lock' && [ "$(date +%s)" -lt $deadline ]; then
      detail "another apt reads the package lists; waiting for it"
      sleep 5
      continue
    fi
    # One source of somebody else's that is away is no reason to stop, as long as these can be had.
    log_tail 5
    if apt update && apt_changes "$@" >/dev/null; then
      detail "apt could not fetch every list (last lines above); going on with those it has"
      return
    fi
    log_tail 10
    die "apt-get update failed" "the package lists cannot be read (last lines above)" "mend the machine's apt sources or its network, then run ./taylordash up again"
  done
}

# "upgrade NAME OLD" and "remove NAME OLD" lines out of apt's own simulation.
apt_changes() {
  apt-get -s install --no-install-recommends "$@" 2>&1 |
    sed -n -e 's/^Inst \([^ ]*\) \[\([^]]*\)\].*/upgrade \1 \2/p' -e 's/^Remv \([^ ]*\) \[\([^]]*\)\].*/remove \1 \2/p' -e 's/^E: /E: /p'
}

# An installation that was killed leaves packages half-way, though their programs may be there already. A package of somebody
# else's that dpkg cannot finish is no reason to stop: what is ours speaks for itself later.
finish_dpkg() {
  local half updates=${DPKG:-/var/lib/dpkg}/updates deadline=$(($(date +%s) + 120))
  command -v dpkg-query >/dev/null || return 0
  half=$(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' 2>/dev/null | awk '$1 ~ /^i[HUFWt]/ { print $2 }' | xargs)
  [ -n "$half" ] || compgen -G "$updates/[0-9]*" >/dev/null || return 0
  # Only where it keeps us from something: what others left half-way is theirs.
  [[ " $half " =~ " "(docker|containerd|runc|iptables|debootstrap) ]] || [ -n "$(missing_tools)" ] || return 0
  detail "finishing an interrupted installation: dpkg --configure -a ${half:+($half)}"
  until DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l logged dpkg --configure -a; do
    # Another apt at work looks the same; dpkg has no waiting for its lock.
    if tail -n 5 "$LOG_FILE" | grep -q 'lock' && [ "$(date +%s)" -lt $deadline ]; then sleep 5 && continue; fi
    log_tail 5
    detail "dpkg could not finish it (last lines above); going on"
    return 0
  done
}

install_missing() {
  local missing packages changes answer
  mapfile -t missing < <(missing_tools)
  [ ${#missing[@]} -gt 0 ] || return 0
  mapfile -t packages < <(packages_for "${missing[@]}")
  say "Missing on this machine: ${missing[*]}. Installing from the distribution: ${packages[*]}."
  if [[ " ${packages[*]} " == */trixie\ * ]]; then
    say "Debian 12's own engine is too old: Debian 13 joins the apt sources at low priority, for Docker's packages alone."
    add_trixie
  fi
  update_lists "${packages[@]}"
  changes=$(apt_changes "${packages[@]}") ||
    { printf '%s\n' "$changes" >&2 && die "the packages cannot be installed" "apt finds no way to install ${packages[*]} (its words above)" \
      "mend the machine's apt sources or held packages, or install them yourself, then run ./taylordash up again"; }
  if [ -n "$changes" ]; then
    say "This changes packages that are already installed:"
    printf '%s\n' "$changes" | sed 's/^/  /'
    if [ "$YES" != 1 ]; then
      [ -t 0 ] || die "not installing" "the packages above would be upgraded or removed and nobody can be asked" "run ./taylordash up --yes if that is fine"
      read -r -p "Go on? [y/N] " answer
      [[ $answer =~ ^[yY] ]] || die "not installing" "you said no" "install ${packages[*]} yourself, then run ./taylordash up again"
    fi
  fi
  apt install -y --no-install-recommends "${packages[@]}" ||
    { log_tail 15 && die "the installation failed" "apt-get could not install ${packages[*]} (last lines above)" "mend what apt names, then run ./taylordash up again"; }
  hash -r
}
