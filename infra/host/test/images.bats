#!/usr/bin/env bats
# How a build that fails goes on. That images are built at all: `./taylordash test stack-up`.
load helper

# builds_that SAY FAIL: the engine's builds say SAY and fail, FAIL times, before one is done.
builds_that() {
  # shellcheck disable=SC2016 # for the stub
  stub docker "$(printf 'TRIES=%q SAY=%q FAIL=%q\n' "$BATS_TEST_TMPDIR/tries" "$1" "$2")"'
    [[ $1 = buildx ]] || exit 1
    echo "$SAY" | tee -a "$TRIES"
    (($(wc -l <"$TRIES") > FAIL))'
  stub sleep "echo \"\$1\" >>'$BATS_TEST_TMPDIR/pauses'"
}

build() { TAYLORDASH_LOG=$BATS_TEST_TMPDIR/log run bash "$ROOT/infra/images/build.sh" portal; }

@test "a build whose network failed is tried again after a pause, and says so" {
  builds_that "E: Temporary failure resolving 'mirror.example'" 2
  build
  [ "$status" = 0 ]
  [[ $output == *"the network failed; again in 5 s"*"again in 20 s"*"built in"* ]]
  [ "$(xargs <"$BATS_TEST_TMPDIR/pauses")" = "5 20" ]
}

@test "a network that stays away ends it at the third try, with the build's own words" {
  builds_that 'npm error code EAI_AGAIN' 9
  build
  [ "$status" = 1 ]
  [[ $output == *"| npm error code EAI_AGAIN"*"could not be built"* ]]
  [ "$(wc -l <"$BATS_TEST_TMPDIR/tries")" = 3 ]
}

@test "any other failure is not tried again" {
  builds_that 'error: unknown instruction' 9
  build
  [ "$status" = 1 ]
  [ "$(wc -l <"$BATS_TEST_TMPDIR/tries")" = 1 ]
  [ ! -e "$BATS_TEST_TMPDIR/pauses" ]
}
