#!/usr/bin/env bash
# Moves the images to a machine without any network.
#   bundle.sh save FILE    every image of images.env that exists into FILE (a gzip-compressed tar) and FILE.sha256
#   bundle.sh load FILE    checks the sum, loads, and checks that nothing the stack needs is missing
set -Eeuo pipefail

images=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# The stack runs without the first two; of the others ours are made, and `up` gets them only for that.
readonly images OPTIONAL=(GRAFANA TEMPO NODE KEYCLOAK_UPSTREAM)

fail() { echo "taylordash: $*" >&2; exit 1; }

# missing: names of the references on standard input that the stack needs and that are not there.
missing() {
  local present variable reference
  present=$(cat)
  while IFS='=' read -r variable reference; do
    [[ " ${OPTIONAL[*]} " == *" $variable "* ]] || grep -qxF -- "$reference" <<< "$present" || echo "$reference"
  done < <(grep -E '^[A-Z_]+=' "$images/images.env")
}

save() {
  local file=$1 reference references=() absent needed
  while IFS='=' read -r _ reference; do
    if docker image inspect "$reference" > /dev/null 2>&1; then
      references+=("$reference")
    else
      absent+="$reference "
    fi
  done < <(grep -E '^[A-Z_]+=' "$images/images.env")
  needed=$("$images/build.sh" changed | xargs)
  [[ -z "$needed" ]] || fail "these images are older than this checkout, and another machine could not use them: $needed. ./taylordash up makes them anew. Nothing was saved."
  ((${#references[@]} > 0)) || fail "no image is here yet; ./taylordash up gets them. Nothing was saved."
  needed=$(printf '%s\n' "${references[@]}" | missing)
  [[ -z "$needed" ]] || fail "a bundle without these images could not start the stack, so none was written: ${needed//$'\n'/ }. ./taylordash up gets them."
  [[ -z "${absent-}" ]] || echo "left out, not on this machine: $absent"
  mkdir -p "$(dirname "$file")"
  # shellcheck disable=SC2064 # the file of this call, which is out of scope at exit
  trap "rm -f ${file@Q}.part" EXIT
  docker save "${references[@]}" | gzip -1 > "$file.part"
  mv "$file.part" "$file"
  (cd "$(dirname "$file")" && sha256sum "$(basename "$file")" > "$(basename "$file").sha256")
  printf 'saved %d images in %s (%s MB); move it together with %s.sha256\n' \
    "${#references[@]}" "$file" "$(($(stat -c %s "$file") / 1000000))" "$file"
}

load() {
  local file=$1 loaded needed
  [[ -f "$file" ]] || fail "$file does not exist; give the path of a file that ./taylordash bundle save wrote. Nothing was loaded."
  [[ -f "$file.sha256" ]] || fail "$file.sha256 is missing; copy it from where the bundle was saved. Nothing was loaded."
  # The sum alone counts: the file may have another name here.
  [[ "$(sha256sum < "$file" | cut -d ' ' -f 1)" == "$(cut -d ' ' -f 1 "$file.sha256")" ]] \
    || fail "$file is damaged (its sum differs from $file.sha256); copy it again. Nothing was loaded."
  loaded=$(docker load --quiet --input "$file" | sed -n 's/^Loaded image: //p')
  needed=$(missing <<< "$loaded")
  [[ -z "$needed" ]] || fail "the bundle is of another version, these images are not in it: ${needed//$'\n'/ }. Save one from a checkout of this version."
  echo "loaded $(wc -l <<< "$loaded") images from $file"
  needed=$("$images/build.sh" changed | xargs)
  [[ -z "$needed" ]] || fail "they are of another version than this checkout, so ./taylordash up would build these anew: $needed. Use the checkout they were saved from, or save them from this one."
}

[[ $# -eq 2 ]] || { sed -n '2,4s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; exit 2; }
case "$1" in
  save | load) "$1" "$2" ;;
  *) sed -n '2,4s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
esac
