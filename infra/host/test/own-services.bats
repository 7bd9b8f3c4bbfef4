#!/usr/bin/env bats
# Compose files of one's own: part of the project everywhere, and what `up` makes of them.
load helper

own_file() { mkdir -p "$TAYLORDASH_STATE_DIR/compose.d" && cat >"$TAYLORDASH_STATE_DIR/compose.d/$1"; }

@test "a file joins with the settings filled in; status lists its services" {
  own_file one.yml <<'YAML'
services:
    Up_1.a:
        image: "example.test/a:1"
        labels: ["taylordash.metrics=8000", "note=${TAYLORDASH_DOMAIN}"]
    built: { build: . }
YAML
  own_file two.yaml <<<'services: { late: { image: example.test/b } }'
  own_file ignored.txt <<<'services: ['
  TAYLORDASH_DOMAIN=a.example.org run parts compose_rows
  [[ $output == *"Up_1.a example.test/a:1 - 8000"* ]]
  [[ $output == *"built $TAYLORDASH_PROJECT-built yes -"* ]]
  [[ $output == *"late example.test/b - -"* ]]
  [[ $output == *"portal taylordash/portal:"* ]]
  TAYLORDASH_DOMAIN=a.example.org run parts 'compose config'
  [[ $output == *"note: a.example.org"* ]]
  run taylordash status --json
  [[ $output == *'"service":"late","state":"absent"'* ]]
}

@test "a broken file stops up before anything changes, and status still works" {
  own_file a.yml <<<'services: { a: { image: x, prots: [] } }'
  run taylordash up --yes
  [ "$status" = 1 ]
  [[ $output == *"compose.d/a.yml cannot be used; compose says:"*prots*"do:"* ]]
  [ ! -e "$TAYLORDASH_STATE_DIR/settings.env" ] && [ ! -e "$TAYLORDASH_STATE_DIR/secrets" ]
  run taylordash status
  [ "$status" = 0 ]
  [[ $output == *portal* ]]
}

@test "labels become targets, once; a second run writes nothing" {
  own_file a.yml <<'YAML'
services:
  a: { image: x, labels: { taylordash.metrics: "8000/metrics/v1" } }
  b: { image: x, labels: { taylordash.metrics: "9000" } }
  c: { image: x }
YAML
  parts 'LEFT_OUT=(grafana tempo); make_targets'
  local file=$TAYLORDASH_STATE_DIR/targets/services.json
  python3 -c 'import json,sys; assert json.load(open(sys.argv[1])) == [
    {"targets": ["a:8000"], "labels": {"job": "a", "__metrics_path__": "/metrics/v1"}},
    {"targets": ["b:9000"], "labels": {"job": "b", "__metrics_path__": "/metrics"}}]' "$file"
  [ "$(stat -c '%a' "$file")" = 444 ]
  touch -d 2020-01-01 "$file"
  parts 'LEFT_OUT=(grafana tempo); make_targets'
  [ "$(stat -c %y "$file" | cut -c 1-4)" = 2020 ]
  rm "$TAYLORDASH_STATE_DIR/compose.d/a.yml"
  parts 'LEFT_OUT=(grafana tempo); make_targets'
  [ "$(tr -d ' \n' <"$file")" = '[]' ]
  # Where their images are, Grafana and Tempo are scraped the same way; Grafana by TLS, below its path.
  parts make_targets
  grep -q '"tempo:3200"' "$file"
  grep -qF '"targets": ["grafana:3000"], "labels": {"job": "grafana", "__metrics_path__": "/grafana/metrics", "__scheme__": "https"}' "$file"
}

@test "an image that is nowhere to be had: named with its service, its file and docker's words" {
  own_file a.yml <<<'services: { wiki: { image: "registry.invalid/wiki:1" } }'
  stub docker 'case "$*" in "pull -q registry.invalid/wiki:1") echo "no such host" >&2; exit 1 ;; "image inspect"*wiki*) exit 1 ;; *) real "$@" ;; esac'
  run parts get_own_images
  [ "$status" = 1 ]
  [[ $output == *"pulling registry.invalid/wiki:1 for wiki"*"no such host"*"no image for wiki"*"compose.d/a.yml"*"docker load"* ]]
}

@test "an image that is missing is pulled, one that is here is not, one with build is built" {
  own_file a.yml <<'YAML'
services:
  a: { image: "example.test/missing" }
  b: { image: "example.test/here" }
  c: { build: . }
YAML
  stub docker 'case "$*" in pull*) echo "$*" >>'"$BATS_TEST_TMPDIR"'/did ;; *"build --quiet"*) echo "build ${!#}" >>'"$BATS_TEST_TMPDIR"'/did ;; "image inspect"*missing*) exit 1 ;; "image inspect"*) ;; *) real "$@" ;; esac'
  parts get_own_images
  [ "$(sort "$BATS_TEST_TMPDIR/did" | tr '\n' ' ')" = 'build c pull -q example.test/missing ' ]
}
