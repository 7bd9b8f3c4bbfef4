# shellcheck shell=bash
# taylordash/base:trixie: Debian's smallest system from the mirror that this host itself uses. Sourced by build.sh.

# Words of debootstrap and apt, not of ours: suite, and what every image needs (busybox is there for wget).
readonly BASE_SUITE=trixie BASE_INCLUDE=ca-certificates,busybox

# host_sources: one line "URI SUITE COMPONENTS" for each package source of the host, in either of apt's formats.
host_sources() {
  local file
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [[ -f "$file" ]] || continue
    sed -nE 's/[[:space:]]*#.*//; s/^deb[[:space:]]+(\[[^]]*\][[:space:]]+)?//p' "$file"
  done
  for file in /etc/apt/sources.list.d/*.sources; do
    [[ -f "$file" ]] || continue
    awk '
      function emit(  i, j, u, s) {
        if (types ~ /(^| )deb( |$)/ && enabled != "no") {
          split(uris, u, " "); split(suites, s, " ")
          for (i = 1; i in u; i++) for (j = 1; j in s; j++) print u[i], s[j], components
        }
        types = uris = suites = components = enabled = ""
      }
      /^#/ { next }
      /^[[:space:]]*$/ { emit(); next }
      { key = tolower($1); value = $0; sub(/^[^:]*:[[:space:]]*/, "", value) }
      key == "types:" { types = value }
      key == "uris:" { uris = value }
      key == "suites:" { suites = value }
      key == "components:" { components = value }
      key == "enabled:" { enabled = value }
      END { emit() }' "$file"
  done
}

# host_mirror SUFFIX: first http mirror of Debian itself for suites ending so ('' or -security); empty on another system.
host_mirror() {
  host_sources | awk -v suffix="$1" '
    BEGIN { n = split("bullseye bookworm trixie forky sid oldstable stable testing unstable", names, " ")
            for (i = 1; i <= n; i++) known[names[i] suffix] = 1 }
    $1 ~ /^https?:/ && ($2 in known) && / main( |$)/ { sub(/\/+$/, "", $1); print $1; exit }'
}

# apt_dates: apt's source options if this host was told not to compare the mirror's dates (a frozen mirror).
apt_dates() {
  local valid='' date='' options=''
  eval "$(apt-config shell valid Acquire::Check-Valid-Until date Acquire::Check-Date)"
  [[ "$valid" != false ]] || options+=' check-valid-until=no'
  [[ "$date" != false ]] || options+=' check-date=no'
  [[ -z "$options" ]] || echo "[${options# }] "
}

write_base_sources() {
  local root=$1 mirror=$2 security=$3 dates
  dates=$(apt_dates)
  {
    echo "deb ${dates}$mirror $BASE_SUITE main"
    echo "deb ${dates}$mirror $BASE_SUITE-updates main"
    echo "deb ${dates}$security $BASE_SUITE-security main"
  } > "$root/etc/apt/sources.list"
}

# upgrade_base ROOT CA-FILE: corrections published since the suite's last point release.
upgrade_base() {
  local root=$1 ca=$2 options=(-q -o APT::Install-Recommends=false -o Acquire::Languages=none -o Acquire::Retries=3)
  cp -L /etc/resolv.conf "$root/etc/resolv.conf"
  if [[ -s "$ca" ]]; then
    cat "$root/etc/ssl/certs/ca-certificates.crt" "$ca" > "$root/host-ca.crt"
    options+=(-o Acquire::https::CAInfo=/host-ca.crt)
  fi
  DEBIAN_FRONTEND=noninteractive chroot "$root" apt-get "${options[@]}" -o APT::Update::Error-Mode=any update
  DEBIAN_FRONTEND=noninteractive chroot "$root" apt-get "${options[@]}" -y upgrade
  rm -f "$root/host-ca.crt"
}

trim_base() {
  local root=$1
  printf 'path-exclude=/usr/share/%s\n' 'doc/*' 'man/*' 'info/*' 'locale/*' 'lintian/*' > "$root/etc/dpkg/dpkg.cfg.d/small"
  echo 'path-include=/usr/share/doc/*/copyright' >> "$root/etc/dpkg/dpkg.cfg.d/small"
  # No service is ever started by a package's script.
  printf '#!/bin/sh\nexit 101\n' > "$root/usr/sbin/policy-rc.d"
  chmod 755 "$root/usr/sbin/policy-rc.d"
  [[ -e "$root/usr/bin/wget" ]] || ln -s busybox "$root/usr/bin/wget"
  find "$root/usr/share/doc" -mindepth 2 -not -name copyright -not -type d -delete
  rm -rf "$root"/usr/share/{man,info,locale,lintian}/* "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/* \
    "$root"/var/cache/debconf/*-old "$root"/var/lib/dpkg/*-old "$root"/var/log/* "$root"/tmp/* \
    "$root/etc/hostname" "$root/etc/resolv.conf"
  # Java's package script links its manual, there or not.
  mkdir -p "$root"/usr/share/man/man{1,2,3,4,5,6,7,8}
  : > "$root/etc/machine-id"
}

# base_folder BESIDE: where the base is made. Device files must work there, and programs run.
base_folder() {
  local options
  options=$(findmnt --noheadings --output OPTIONS --target "$1" 2> /dev/null || true)
  if [[ ",$options," =~ ,(nodev|noexec), ]]; then echo "${TMPDIR:-/var/tmp}/taylordash-base.$$"; else echo "$1/base"; fi
}

# build_base REFERENCE CA-FILE LABEL: in a folder beside the CA-FILE, where that can be.
build_base() {
  local reference=$1 ca=$2 label=$3 root mirror security
  command -v debootstrap > /dev/null || { echo 'ERROR: debootstrap is not installed: apt-get install debootstrap'; return 1; }
  root=$(base_folder "${ca%/*}")
  mkdir -m 0700 "$root"
  # shellcheck disable=SC2064 # the folder of this call
  trap "rm -rf --one-file-system '$root'" EXIT
  mirror=$(host_mirror '')
  # Without a mirror of Debian (Ubuntu hosts) debootstrap uses its own default.
  debootstrap --variant=minbase --include="$BASE_INCLUDE" "$BASE_SUITE" "$root" ${mirror:+"$mirror"}
  mirror=$(awk '$1 == "deb" { print $2; exit }' "$root/etc/apt/sources.list")
  security=$(host_mirror -security)
  write_base_sources "$root" "$mirror" "${security:-${mirror%/}-security}"
  upgrade_base "$root" "$ca"
  trim_base "$root"
  tar -C "$root" --numeric-owner --one-file-system -c . \
    | docker import --change 'CMD ["bash"]' --change "LABEL $label" \
        --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' - "$reference"
}
