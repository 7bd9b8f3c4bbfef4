#!/usr/bin/env bash
# `./taylordash test`: installs what the tests need, brings a stack of its own up, runs everything, takes it down.
# The last line is `N passed, N failed`; the exit status says the same.
set -uo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$ROOT" || exit 1
CACHE=$ROOT/.cache
LOGS=$CACHE/test-logs
NODE_VERSION=26.10.0
mkdir -p "$LOGS"
rm -f "$LOGS"/*

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

# stage NAME PARSER COMMAND...: runs the command, keeps its output, counts its tests.
# PARSER: one (the exit status is one test), tap, vitest or playwright.
stage() {
  local name=$1 parser=$2 begin status p=0 f=0
  shift 2
  begin=$(date +%s)
  printf '== %-22s ' "$name"
  "$@" >"$LOGS/$name.log" 2>&1 </dev/null
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
  for entry in shellcheck:shellcheck bats:bats chromium:chromium openssl:openssl; do
    command -v "${entry%%:*}" >/dev/null 2>&1 || missing+=("${entry#*:}")
  done
  command -v npm >/dev/null 2>&1 || missing+=(npm)
  [ ${#missing[@]} -eq 0 ] && return 0
  echo "installing ${missing[*]}"
  apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
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
)

shell_files() { git ls-files 'taylordash' '*.sh' '.ci/run' 'infra/host/*' 'infra/images/*' | grep -vE '\.(bats|mjs|ts|env|md|json|Dockerfile)$|Dockerfile|\.conf$|\.yml$' | sort -u; }
lint_shell() { shell_files | xargs shellcheck -x; }

begin_all=$(date +%s)
stage packages one packages_needed || true
stage node one install_node
export PATH=$CACHE/node/node_modules/node/bin:$PATH
stage modules one install_modules
export PATH=$ROOT/node_modules/.bin:$PATH

stage clean-slate one clean_slate
stage stack-up one ./taylordash up --yes
stack=$?

stage format one npm run --silent format
stage lint one npm run --silent lint
stage shellcheck one lint_shell
stage types one npm run --silent types
stage unit vitest npm run --silent unit -- --reporter=default --reporter=json --outputFile.json="$LOGS/unit.json"
stage host tap bats --tap infra/host/test
if [ $stack -eq 0 ]; then
  stage integration vitest npm run --silent integration -- --reporter=default --reporter=json --outputFile.json="$LOGS/integration.json"
  PLAYWRIGHT_JSON_OUTPUT_FILE=$LOGS/e2e.json stage e2e playwright npm run --silent e2e
  stage uninstall one bash e2e/uninstall.sh
else
  count integration-and-e2e-not-run 0 1
fi

printf '\n%d s; logs of each stage in %s\n' $(($(date +%s) - begin_all)) "$LOGS"
if [ ${#broken[@]} -gt 0 ]; then printf 'failed: %s\n' "${broken[*]}"; fi
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
