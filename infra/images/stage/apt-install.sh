#!/bin/sh
# Runs inside a build: installs packages and leaves no list, manual or certificate behind.
#   apt-install.sh [--sid] [--fetch DIR] PACKAGE[=VERSION]...
# --sid also looks in Debian's unstable suite (pinned low: only what is asked for or needed comes from it).
# --fetch unpacks the named packages alone under DIR, without their dependencies.
# VERSION is the upstream version: 2.1.2 accepts any packaging of it (2.1.2-3, 2.1.2+ds1-6).
set -eu
umask 022

sid='' fetch='' solver=''
while :; do
  case "${1-}" in
    --sid) sid=1; shift ;;
    --fetch) fetch=$2; shift 2 ;;
    *) break ;;
  esac
done

work=$(mktemp -d)
added=/etc/apt/sources.list.d/sid.list
trap 'rm -rf "$work" "$added" /etc/apt/preferences.d/sid /var/lib/apt/lists/* /var/cache/apt/*.bin /var/cache/apt/archives/*.deb /var/log/apt /var/log/*.log /var/cache/debconf/*-old /var/lib/dpkg/*-old' EXIT

# The host's own authorities, for a mirror reached through a TLS-inspecting proxy.
apt_options='-q -o APT::Install-Recommends=false -o Acquire::Languages=none -o Acquire::Retries=3'
if [ -s /run/secrets/hostca ]; then
  cat /etc/ssl/certs/ca-certificates.crt /run/secrets/hostca > "$work/ca.crt"
  chmod 755 "$work"
  apt_options="$apt_options -o Acquire::https::CAInfo=$work/ca.crt"
fi
if [ -n "$sid" ]; then
  mirror=$(grep -oE 'https?://[^ ]+' /etc/apt/sources.list | head -n 1)
  echo "deb [check-valid-until=no] $mirror sid main" > "$added"
  # The old solver never takes a dependency (libc6) from the suite that is pinned low; this one does where it must.
  solver='--solver 3.0 --no-strict-pinning'
  printf 'Package: *\nPin: release n=sid\nPin-Priority: 100\n' > /etc/apt/preferences.d/sid
fi
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086 # options are words on purpose
apt-get $apt_options update

# Turns NAME=UPSTREAM into NAME=DEBIAN-VERSION, or says which version there is instead.
resolve() {
  name=${1%%=*} wanted=${1#*=}
  offered=$(apt-cache madison "$name" | awk -F' *[|] *' '{ print $2 }')
  for version in $offered; do
    upstream=${version#*:}
    case "$upstream" in
      "$wanted" | "$wanted"[-+~]*) echo "$name=$version"; return 0 ;;
    esac
  done
  {
    echo "ERROR: package $name: wanted version $wanted, the distribution offers: $(echo "${offered:-none}" | tr '\n' ' ')"
    echo "ERROR: the distribution has moved on. Change the tag in infra/images/images.env and the same image in docker-compose.yml"
    echo "ERROR: (a new major version only after reading its release notes), then build again; or bring the images of a machine that"
    echo "ERROR: has them, by ./taylordash bundle save there and bundle load here."
  } >&2
  return 1
}

for package in "$@"; do
  shift
  case "$package" in
    *=*) package=$(resolve "$package") || exit 1 ;;
  esac
  set -- "$@" "$package"
done

if [ -n "$fetch" ]; then
  mkdir -p "$fetch"
  cd "$work"
  # apt drops its privileges to download; the folder is ours alone.
  # shellcheck disable=SC2086
  apt-get $apt_options -o APT::Sandbox::User=root download "$@"
  for deb in ./*.deb; do dpkg-deb -x "$deb" "$fetch"; done
else
  # shellcheck disable=SC2086
  apt-get $apt_options $solver install -y --no-install-recommends "$@"
fi
