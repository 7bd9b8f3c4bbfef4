# shellcheck shell=bash
# Services of one's own: the Compose files in compose.d/ beside settings.env are part of the stack from the next `up` on.

own_files() {
  local file
  for file in "$STATE"/compose.d/*.yml "$STATE"/compose.d/*.yaml; do [ ! -f "$file" ] || printf '%s\n' "$file"; done
}

# The file that names a service of one's own, for messages.
own_file_of() {
  local file
  while read -r file; do
    ! grep -Eq "(^|[{, ])[\"']?$1[\"']?:" "$file" || printf '%s' "$file"
  done < <(own_files) | head -n 1
}

# "service image build metrics" a line, as compose itself resolves the files; build is yes or -, metrics the label or -.
# Compose is slow to ask: `up` asks once its settings stand, and keeps the answer in ROWS.
compose_rows() {
  [ -z "${ROWS-}" ] || { printf '%s\n' "$ROWS" && return; }
  compose config 2>/dev/null | awk -v project="$TAYLORDASH_PROJECT" '
    function value() { sub(/^ *[^ ]+: /, ""); gsub(/["\047]/, ""); return $0 }
    function flush() {
      if (service != "") print service, (image == "" ? project "-" service : image), build, metrics
      image = section = ""; build = metrics = "-" }
    /^[^ ]/ { flush(); service = ""; in_services = ($1 == "services:"); next }
    !in_services { next }
    /^  [^ ].*:$/ { flush(); service = $1; gsub(/[":\047]/, "", service); next }
    /^    [^ -]/ { section = $1 }
    /^    build:/ { build = "yes" }
    /^    image: / { image = value() }
    section == "labels:" && /^      taylordash\.metrics: / { metrics = value() }
    END { flush() }'
}

valid_metrics() { [[ $1 =~ ^(https:)?[1-9][0-9]{0,4}(/[A-Za-z0-9._~/-]*)?$ ]]; }

# Adds one file after the other, so that the one compose stumbles over can be named.
check_own_services() {
  local files file words service metrics
  mapfile -t files < <(own_files)
  value "no files in $STATE/compose.d"
  [ ${#files[@]} -gt 0 ] || return 0
  value "${files[*]##*/}"
  compose_version >/dev/null || return 0
  if ! words=$(compose config --quiet 2>&1); then
    local some=()
    for file in "${files[@]}"; do
      some+=("$file")
      words=$(compose_with some config --quiet 2>&1) || break
    done
    words=$(grep -v 'level=warning' <<<"$words" | head -n 2 | tr '\n' ' ')
    found fail "$file cannot be used; compose says: ${words% }" "mend the file, or move it out of $STATE/compose.d"
    return
  fi
  while read -r service _ _ metrics; do
    if [ "$metrics" != - ] && ! valid_metrics "$metrics"; then
      found fail "label taylordash.metrics of $service is \"$metrics\"" "give PORT or PORT/PATH, like \"8000/metrics\" (https:PORT/PATH with a certificate of the stack's CA), in $(own_file_of "$service")"
      return
    fi
  done < <(compose_rows)
  file=$(grep -lE '^[^#]*(docker|containerd)\.sock' "${files[@]}" | head -n 1)
  if [ -n "$file" ]; then
    found warn "$file hands out the engine's socket: who breaks into that service owns this machine" "remove that mount"
  elif [ -n "$words" ]; then
    # The only thing a valid file makes compose say: a variable that is not set is replaced by nothing.
    found warn "compose.d: $(sed -n 's/.*msg="\(.*\)"$/\1/p' <<<"$words" | tr -d "\\\\" | head -n 1)" "write the value into the file, or name one of the TAYLORDASH_ settings"
  fi
}

# What images.env does not name: built where the file says so, pulled where it is not here yet.
get_own_images() {
  local service image build file out
  while read -r service image build _; do
    file=$(own_file_of "$service")
    if [ "$build" = yes ]; then
      # At every `up`, since its sources may have changed; with nothing changed the engine's cache answers.
      out=$(compose build --quiet "$service" 2>&1 </dev/null 9<&-) || {
        printf '%s\n' "$out" | tail -n 15 | sed 's/^/    /' >&2
        die "the image of $service cannot be built" "docker compose build failed (last lines above)" "mend what $file builds from, then run ./taylordash up again"
      }
    elif ! cut -d= -f2 "$IMAGE_LIST" | grep -xF -- "$image" >/dev/null && ! have_image "$image"; then
      detail "pulling $image for $service"
      logged docker pull -q "$image" || {
        log_tail 3
        die "no image for $service" "$image is not on this machine and no registry gives it (last lines above)" \
          "mend its name in ${file:-docker-compose.yml}, or bring it with: docker load -i FILE"
      }
    fi
  done < <(compose_rows)
}

# Prometheus reads this directory by itself; it needs no restart and sees no socket.
make_targets() {
  local file=$STATE/targets/services.json text
  text=$(
    printf '['
    # Grafana and Tempo have the label too, but perhaps no image.
    compose_rows | awk -v left_out=" ${LEFT_OUT[*]} " '$4 != "-" && !index(left_out, " " $1 " ") {
      scheme = sub(/^https:/, "", $4) ? ", \"__scheme__\": \"https\"" : ""
      port = path = $4
      sub(/\/.*/, "", port); sub(/^[0-9]*/, "", path)
      printf "%s\n  {\"targets\": [\"%s:%s\"], \"labels\": {\"job\": \"%s\", \"__metrics_path__\": \"%s\"%s}}", (n++ ? "," : ""), $1, port, $1, (path == "" ? "/metrics" : path), scheme }'
    printf '\n]'
  )
  [ -d "$STATE/targets" ] || mkdir -m 0755 "$STATE/targets"
  if [ -f "$file" ] && [ "$(cat "$file")" = "$text" ]; then return 0; fi
  printf '%s\n' "$text" | write_file "$file" 0 0444
}
