#!/usr/bin/env bash
# `./taylordash test`: installs what the tests need, brings a stack of its own up, runs everything, takes it down.
# `./taylordash test STAGE...`: those alone, on the test stack as it is. The last line is `N passed, N failed`; the exit
# status says the same.
set -uo pipefail

STAGES=(clean-slate host stack-up format lint shellcheck types unit integration-lib integration integration-bundle integration-guard e2e e2e-people integration-host integration-people uninstall)
usage="Usage: ./taylordash test [STAGE...]
Stages: ${STAGES[*]}"
for word in "$@"; do
  if [[ $word =~ ^(-h|--help)$ ]]; then
    printf '%s\n' "$usage"
    exit 0
  elif [[ " ${STAGES[*]} " != *" $word "* ]]; then
    printf 'taylordash: unknown stage "%s" of test\n%s\n' "$word" "$usage" >&2
    exit 2
  fi
done
WANTED=("${@:-${STAGES[@]}}")

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$ROOT" || exit 1
CACHE=$ROOT/.cache
LOGS=$CACHE/test-logs
NODE_VERSION=26.10.0
mkdir -p "$LOGS"

# The test stack lives beside a real one: its own project, ports and state.
export TAYLORDASH_PROJECT=${TAYLORDASH_TEST_PROJECT:-tdtest}
export TAYLORDASH_STATE_DIR=$CACHE/state
export TAYLORDASH_HTTP_PORT=${TAYLORDASH_TEST_HTTP_PORT:-20080}
export TAYLORDASH_HTTPS_PORT=${TAYLORDASH_TEST_HTTPS_PORT:-20443}
export TAYLORDASH_MQTTS_PORT=${TAYLORDASH_TEST_MQTTS_PORT:-28883}
export TAYLORDASH_DOMAIN=localhost
export TAYLORDASH_IMAGES=${TAYLORDASH_IMAGES:-auto}

passed=0
failed=0
broken=()

count() { # count NAME PASSED FAILED
  passed=$((passed + $2))
  failed=$((failed + $3))
  if [ "$3" -gt 0 ]; then broken+=("$1"); fi
}

# wanted_stage NAME PARSER COMMAND...: a stage that may be left out.
wanted() { [[ " ${WANTED[*]} " = *" $1 "* ]]; }
wanted_stage() { ! wanted "$1" || stage "$@"; }

# Stages at work beside others: their process, and when they began.
declare -A BEHIND=() BEGUN=()

# behind NAME PARSER COMMAND...: starts the command beside what follows; `finish NAME PARSER` counts its tests.
behind() {
  local name=$1
  wanted "$name" || return 0
  rm -f "$LOGS/$name".*
  BEGUN[$name]=$(date +%s)
  "${@:3}" >"$LOGS/$name.log" 2>&1 </dev/null &
  BEHIND[$name]=$!
}
finish() { [ -z "${BEHIND[$1]:-}" ] || stage "$1" "$2" wait "${BEHIND[$1]}"; }

# stage NAME PARSER COMMAND...: runs the command, keeps its output, counts its tests.
# PARSER: one (the exit status is one test), tap, vitest or playwright.
stage() {
  local name=$1 parser=$2 begin status p=0 f=0
  shift 2
  begin=${BEGUN[$name]:-$(date +%s)}
  printf '== %-22s ' "$name"
  if [ -n "${BEHIND[$name]:-}" ]; then
    "$@"
  else
    rm -f "$LOGS/$name".*
    "$@" >"$LOGS/$name.log" 2>&1 </dev/null
  fi
  status=$?
  case $parser in
    tap)
      p=$(grep -c '^ok ' "$LOGS/$name.log")
      f=$(grep -c '^not ok ' "$LOGS/$name.log")
      ;;
    vitest | playwright) read -r p f < <(node infra/host/count-tests.mjs "$parser" "$LOGS/$name.json") ;;
  esac
  p=${p:-0}
  f=${f:-0}
  # A runner that died, or ran nothing, is a failure of its own.
  if [ "$parser" = one ] && [ $status -eq 0 ]; then p=1; fi
  if [ $status -ne 0 ] && [ "$f" -eq 0 ]; then f=1; fi
  if [ "$((p + f))" -eq 0 ]; then f=1; fi
  count "$name" "$p" "$f"
  printf '%4d passed %3d failed  %4d s\n' "$p" "$f" $(($(date +%s) - begin))
  if [ "$f" -gt 0 ]; then
    grep -v '^ok ' "$LOGS/$name.log" | tail -n "${TAYLORDASH_TEST_TAIL:-120}" | sed 's/^/   | /'
  fi
  return $status
}

packages_needed() {
  local missing=() entry
  # What the tests call beyond the host command's own needs; a bare system has none of it.
  for entry in shellcheck:shellcheck bats:bats chromium:chromium openssl:openssl python3:python3 git:git npm:npm \
    ip:iproute2 setpriv:util-linux; do
    command -v "${entry%%:*}" >/dev/null 2>&1 || missing+=("${entry#*:}")
  done
  # Node's own build needs it since 25.
  ldconfig -p | grep -q 'libatomic\.so\.1' || missing+=(libatomic1)
  [ ${#missing[@]} -eq 0 ] && return 0
  if [ "$(id -u)" != 0 ]; then
    echo "not root, and missing: ${missing[*]}"
    return 1
  fi
  echo "installing ${missing[*]}"
  apt-get update -q -o Acquire::Retries=3 &&
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=300 "${missing[@]}"
}

install_node() {
  export PATH=$CACHE/node/node_modules/node/bin:$PATH
  if [ "$(node --version 2>/dev/null)" != "v$NODE_VERSION" ]; then
    mkdir -p "$CACHE/node" && printf '{"private":true}\n' >"$CACHE/node/package.json"
    npm install --prefix "$CACHE/node" "node@$NODE_VERSION" || return 1
  fi
  [ "$(node --version)" = "v$NODE_VERSION" ]
}

install_modules() {
  local want
  want=$(cat package-lock.json package.json | sha256sum)
  [ "$(cat node_modules/.taylordash-lock 2>/dev/null)" = "$want" ] && return 0
  # No script of a package runs: nothing here needs one, and an addon nobody uses would be compiled.
  npm ci --ignore-scripts && printf '%s' "$want" >node_modules/.taylordash-lock
}

# What a killed run left of the test stack, its data included: a new run starts from nothing.
clean_slate() (
  command -v dockerd >/dev/null || exit 0
  for part in output settings engine; do
    # shellcheck source=/dev/null
    source "infra/host/$part.sh"
  done
  load_settings
  start_engine
  local label
  label=$(project_filter)
  docker ps -aq --filter "$label" | xargs -r docker rm -f
  docker network ls -q --filter "$label" | xargs -r docker network rm
  docker volume ls -q --filter "$label" | xargs -r docker volume rm
  rm -rf "$TAYLORDASH_STATE_DIR"
  forget_bridges
  forget_stand_ins
)

# An engine that was killed leaves its rules in the kernel. One of a bridge that is no more still rewrites the addresses of a
# new network with the same subnet, and the broker would see the gateway where a client was.
forget_bridges() {
  local rule words
  iptables -w 5 -t nat -S POSTROUTING 2>/dev/null | grep -oE -- '-s [0-9./]+ ! -o br-[0-9a-f]{12} -j MASQUERADE' | while read -r rule; do
    [ ! -e "/sys/class/net/$(grep -oE 'br-[0-9a-f]{12}' <<<"$rule")" ] || continue
    read -r -a words <<<"$rule"
    iptables -w 5 -t nat -D POSTROUTING "${words[@]}"
  done
  return 0
}

# A killed test of the other image family leaves its stand-ins under tags that every stack of this machine uses.
forget_stand_ins() {
  local tag own
  docker image ls --filter label=org.taylordash.test.family --format '{{.Repository}}:{{.Tag}}' | grep -v '<none>' | while read -r tag; do
    own=$(docker image inspect --format '{{index .Config.Labels "org.taylordash.test.family"}}' "$tag")
    docker tag "$own" "$tag" || docker rmi -f "$tag"
  done
  docker image prune -f --filter label=org.taylordash.test.family >/dev/null
}

shell_files() { git ls-files 'taylordash' '*.sh' '.ci/run' 'infra/host/*' 'infra/images/*' | grep -vE '\.(bats|mjs|ts|env|md|json|Dockerfile)$|Dockerfile|sha256sums$|\.conf$|\.yml$' | sort -u; }
lint_shell() { shell_files | xargs shellcheck -x; }

report() {
  printf '\n%d s; logs of each stage in %s\n' $(($(date +%s) - begin_all)) "$LOGS"
  if [ ${#broken[@]} -gt 0 ]; then printf 'failed: %s\n' "${broken[*]}"; fi
  printf '%d passed, %d failed\n' "$passed" "$failed"
  [ "$failed" -eq 0 ]
}

vitest_stage() { # vitest_stage HOW NAME SCRIPT ARGUMENT...; HOW: wanted_stage or behind
  local how=$1 name=$2 script=$3
  shift 3
  "$how" "$name" vitest npm run --silent "$script" -- --reporter=default --reporter=json --outputFile.json="$LOGS/$name.json" "$@"
}

playwright_stage() { # playwright_stage HOW NAME HALF
  "$1" "$2" playwright env "PLAYWRIGHT_JSON_OUTPUT_FILE=$LOGS/$2.json" "E2E_HALF=$3" npm run --silent e2e
}

begin_all=$(date +%s)
# Nothing below runs without these three.
if ! { stage packages one packages_needed && stage node one install_node && stage modules one install_modules; }; then
  count everything-else-not-run 0 1
  report
  exit 1
fi
export PATH=$CACHE/node/node_modules/node/bin:$ROOT/node_modules/.bin:$PATH

wanted_stage clean-slate one clean_slate
# They want an engine: on a bare machine it comes with the stack.
host_tests() { [ -n "${BEHIND[host]:-}" ] || behind host tap bats --tap infra/host/test; }
if docker info >/dev/null 2>&1; then host_tests; fi
# Those that need no stack run while it comes up.
# At a terminal of its own, which alone is shown the first password.
behind stack-up one script -qec './taylordash up --yes' /dev/null
wanted_stage format one npm run --silent format
wanted_stage lint one npm run --silent lint
wanted_stage shellcheck one lint_shell
wanted_stage types one npm run --silent types
vitest_stage wanted_stage unit unit
finish stack-up one
stack=$?
host_tests
finish host tap
if [ $stack -eq 0 ]; then
  # Those of lib bring their own daemons, these two an edge of their own. Two lanes at a time, so that both end together.
  apart=(testssl acme-dns)
  vitest_stage behind integration-lib integration lib/ "${apart[@]/%/.test.ts}" --exclude 'lib/{auth,people,logs}/**'
  vitest_stage wanted_stage integration integration e2e/integration/ \
    --exclude 'e2e/integration/{guard,host-,own-service}*.test.ts' --exclude "e2e/integration/{$(IFS=, && echo "${apart[*]}")}.test.ts"
  finish integration-lib vitest
  # The longer half of the browser's tests beside the other, and beside those of the guard, which have projects of their own.
  playwright_stage behind e2e services
  playwright_stage wanted_stage e2e-people people
  vitest_stage wanted_stage integration-guard integration e2e/integration/guard lib/logs/
  finish e2e playwright
  # The tests of the host command come last: they stop, replace and restart what the others talk to. Beside them what
  # brings daemons of its own: the bundle an engine, those of identity a Keycloak.
  vitest_stage behind integration-bundle integration e2e/integration/host-bundle lib/auth/
  vitest_stage wanted_stage integration-host integration e2e/integration/host- e2e/integration/own-service --exclude '**/host-bundle.test.ts'
  vitest_stage wanted_stage integration-people integration lib/people/
  finish integration-bundle vitest
  wanted_stage uninstall one bash e2e/uninstall.sh
else
  count integration-and-e2e-not-run 0 1
fi
report
