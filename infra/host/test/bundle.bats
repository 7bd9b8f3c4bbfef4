#!/usr/bin/env bats
# Bundles of three small images of our own making, on the real engine. The stack's own: e2e/integration/host-bundle.test.ts.
load helper

make_image() { tar -C "$BATS_TEST_TMPDIR" -c "$1" | docker import - "$2" >/dev/null; }

# A checkout whose list names two images that are here; an optional one, and those ours are made of, are nowhere.
small_checkout() {
  TAG=$BATS_ROOT_PID-$BATS_TEST_NUMBER
  IMAGES=$BATS_TEST_TMPDIR/images
  FILE=$BATS_TEST_TMPDIR/out/bundle.tgz
  mkdir -p "$IMAGES"
  cp "$ROOT/infra/images/bundle.sh" "$IMAGES/"
  older
  printf '%s:'"$TAG"'\n' ONE=tdbats/one TWO=tdbats/two GRAFANA=tdbats/never NODE=tdbats/node KEYCLOAK_UPSTREAM=tdbats/upstream \
    >"$IMAGES/images.env"
  echo "one $TAG" >"$BATS_TEST_TMPDIR/one"
  echo "two $TAG" >"$BATS_TEST_TMPDIR/two"
  make_image one "tdbats/one:$TAG"
  make_image two "tdbats/two:$TAG"
}
# older NAME...: what the checkout would build anew.
older() {
  printf '#!/bin/bash\n[ "$*" = changed ] && printf "%%s" "%s"\n' "$*" >"$IMAGES/build.sh"
  chmod +x "$IMAGES/build.sh"
}
teardown() { [ -z "${TAG:-}" ] || docker image rm -f "tdbats/one:$TAG" "tdbats/two:$TAG" >/dev/null 2>&1 || true; }
id_of() { docker image inspect --format '{{.Id}}' "tdbats/$1:$TAG" 2>/dev/null; }
bundle() { bash "$IMAGES/bundle.sh" "$@"; }

@test "what was saved comes back under the same names, what was not is named as left out" {
  small_checkout
  local one two
  one=$(id_of one) two=$(id_of two)
  run bundle save "$FILE"
  [ "$status" = 0 ]
  [[ $output == *"left out"*"tdbats/never:$TAG"*"tdbats/upstream:$TAG"*"saved 2 images"* ]]
  docker image rm "tdbats/one:$TAG" "tdbats/two:$TAG" >/dev/null
  # Under another name, as copied by a person.
  mv "$FILE" "$BATS_TEST_TMPDIR/copy.tgz" && mv "$FILE.sha256" "$BATS_TEST_TMPDIR/copy.tgz.sha256"
  run bundle load "$BATS_TEST_TMPDIR/copy.tgz"
  [ "$status" = 0 ]
  [ "$(id_of one) $(id_of two)" = "$one $two" ]
}

@test "a damaged, cut or unaccompanied file is refused before anything is loaded" {
  small_checkout
  bundle save "$FILE"
  docker image rm "tdbats/one:$TAG" "tdbats/two:$TAG" >/dev/null
  cp "$FILE" "$BATS_TEST_TMPDIR/whole"
  printf 'x' | dd of="$FILE" bs=1 seek=100 conv=notrunc status=none
  run bundle load "$FILE"
  [ "$status" = 1 ]
  [[ $output == *"is damaged"*"Nothing was loaded"* ]]
  head -c 200 "$BATS_TEST_TMPDIR/whole" >"$FILE"
  run bundle load "$FILE"
  [ "$status" = 1 ]
  [[ $output == *"is damaged"* ]]
  cp "$BATS_TEST_TMPDIR/whole" "$FILE" && rm "$FILE.sha256"
  run bundle load "$FILE"
  [ "$status" = 1 ]
  [[ $output == *"sha256 is missing"* ]]
  run id_of one
  [ "$output" = "" ]
}

@test "a bundle that could not start the stack is not written; one of another version is named as such" {
  small_checkout
  bundle save "$FILE"
  echo "THREE=tdbats/three:$TAG" >>"$IMAGES/images.env"
  run bundle load "$FILE"
  [ "$status" = 1 ]
  [[ $output == *"another version"*"tdbats/three:$TAG"*"from a checkout of this version"* ]]
  run bundle save "$FILE.new"
  [ "$status" = 1 ]
  [[ $output == *"none was written"*"tdbats/three:$TAG"*"./taylordash up gets them"* ]]
  [ ! -e "$FILE.new" ]
  [ ! -e "$FILE.new.part" ]
}

@test "images older than the checkout are not saved; where they are loaded all the same, the next up is foretold" {
  small_checkout
  bundle save "$FILE"
  older one
  run bundle load "$FILE"
  [ "$status" = 1 ]
  [[ $output == *"loaded 2 images"*"of another version"*"would build these anew: one."* ]]
  run bundle save "$FILE.new"
  [ "$status" = 1 ]
  [[ $output == *"older than this checkout"*": one."*"Nothing was saved"* ]]
  [ ! -e "$FILE.new" ]
}

@test "without an engine, or with a wrong word, it says so" {
  stub docker 'exit 1'
  run taylordash bundle load /nowhere
  [ "$status" = 1 ]
  [[ $output == *"does not answer"*"do:"* ]]
  run bash "$ROOT/infra/images/bundle.sh" load /nowhere
  [ "$status" = 1 ]
  [[ $output == "taylordash: /nowhere does not exist; give the path"*"Nothing was loaded"* ]]
  run taylordash bundle save
  [ "$status" = 2 ]
  [[ $output == *"wants one file"* ]]
}

@test "where every image is here, nothing to build with is installed" {
  local without='command() { [ "$2" != debootstrap ] && builtin command "$@"; }'
  run parts "$without; needed_images() { :; }; missing_tools"
  [ "$output" = "" ]
  run parts "$without; needed_images() { echo postgres; }; missing_tools"
  [ "$output" = debootstrap ]
}
