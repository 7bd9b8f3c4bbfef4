#!/usr/bin/env bats
# What was chosen in the portal, as docker-guard wrote it: `up` keeps to it.
load helper

desired() { mkdir -p "$TAYLORDASH_STATE_DIR/desired" && cat >"$TAYLORDASH_STATE_DIR/desired/desired.env"; }

@test "replicas of services that exist become --scale; images, others and nonsense do not" {
  desired <<TEXT
# Written by docker-guard
portal.replicas=3
portal.image=sha256:$(printf '0%.0s' {1..64})
gone.replicas=2
wiki.replicas=10
worker.replicas=11
postgres.replicas=0
wiki.replicas=\$(touch $BATS_TEST_TMPDIR/hostile)
TEXT
  run parts 'SERVICES=(portal worker wiki postgres); scale_options'
  [ "$status" = 0 ]
  [ "$(tr '\n' ' ' <<<"$output")" = '--scale portal=3 --scale wiki=10 ' ]
  [ ! -e "$BATS_TEST_TMPDIR/hostile" ]
}

@test "nothing chosen, no option" {
  run parts 'SERVICES=(portal); mkdir -p "$STATE"; make_desired; scale_options'
  [ "$status" = 0 ]
  [ "$output" = '' ]
}

@test "up hands them to compose" {
  desired <<<'portal.replicas=2'
  stub docker 'case "$*" in *" up -d "*) printf "%s\n" "$*" >'"$BATS_TEST_TMPDIR"'/asked ;; ps*) ;; *) real "$@" ;; esac'
  parts 'SERVICES=(portal worker); mkdir -p "$SECRETS"; start_services'
  grep -q -- '--remove-orphans --scale portal=2 portal worker$' "$BATS_TEST_TMPDIR/asked"
}

@test "the directory is root's alone to write, and belongs to the data" {
  parts 'save_settings; make_desired'
  [ "$(stat -c '%U %a' "$TAYLORDASH_STATE_DIR/desired")" = "root 755" ]
  stub docker 'case "$*" in "volume ls --filter label=com.docker.compose.volume=guard-discover"*) echo other ;; *) real "$@" ;; esac'
  run taylordash uninstall --yes
  [ "$status" = 0 ]
  [ -d "$TAYLORDASH_STATE_DIR/desired" ]
  run taylordash uninstall --data --confirm "$TAYLORDASH_PROJECT"
  [ "$status" = 0 ]
  [ ! -e "$TAYLORDASH_STATE_DIR" ]
}
