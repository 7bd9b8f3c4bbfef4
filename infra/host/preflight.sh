# shellcheck shell=bash
# The runner of the checks: `doctor` shows all, `up` stops at failures. Nothing here changes anything.

HOST_CHECKS=(root system architecture memory cpu disk inodes port_http port_https port_mqtts clock dns firewall
  checkout unknown_settings values secret_permissions secret_files certificates)
ENGINE_CHECKS=(engine socket docker_version compose_version own_services storage cgroup ip_forward networks lost_secrets leftovers other_projects)

found() {
  FOUND_STATUS=$1
  FOUND_CAUSE=$2
  FOUND_FIX=$3
  FOUND_HOLDER=${4:-}
}

# value TEXT: what the check looked at, in the words `doctor` shows when all is well.
value() { FOUND_VALUE=$1; }

run_check() {
  FOUND_STATUS=ok FOUND_VALUE='' FOUND_CAUSE='' FOUND_FIX='' FOUND_HOLDER=''
  # Check_engine says why; compose too waits for an engine that is silent.
  if [[ " ${ENGINE_CHECKS[*]} " == *" $1 "* && ! $1 =~ ^(engine|socket)$ ]] &&
    ! engine_there && [ "$ENGINE" = silent ]; then
    no_answer
    return
  fi
  "check_$1" || true
}

show_check() {
  local name=${1//_/-}
  if [ "$FOUND_STATUS" = ok ]; then
    printf '%-4s  %-18s %s\n' ok "$name" "$FOUND_VALUE"
  else
    printf '%-4s  %-18s %s → %s\n' "$FOUND_STATUS" "$name" "$FOUND_CAUSE" "$FOUND_FIX"
  fi
}

# gate host|engine: shows what is not well; ends the run if something fails.
gate() {
  local check failed=0 checks=("${HOST_CHECKS[@]}")
  # Between the two gates it may have been started.
  ENGINE=
  [ "$1" = host ] || checks=("${ENGINE_CHECKS[@]}")
  for check in "${checks[@]}"; do
    run_check "$check"
    [ "$FOUND_STATUS" = ok ] || show_check "$check"
    [ "$FOUND_STATUS" != fail ] || failed=$((failed + 1))
  done
  [ $failed = 0 ] || die "the checks failed ($failed of ${#checks[@]})" "the lines above name each cause" "mend them and run ./taylordash up again; ./taylordash doctor shows all checks"
}

verb_doctor() {
  local json=0 check first=1 failed=0 warned=0 all=("${HOST_CHECKS[@]}" "${ENGINE_CHECKS[@]}") checks=()
  while [ $# -gt 0 ]; do
    check=${1//-/_}
    if [ "$1" = --json ]; then
      json=1
    elif [[ " ${all[*]} " == *" $check "* ]]; then
      checks+=("$check")
    else
      misuse "unknown check or option \"$1\" of doctor" "$(nearest "$1" --json "${all[@]//_/-}")" "./taylordash doctor [--json] [NAME...], of: ${all[*]//_/-}"
    fi
    shift
  done
  [ ${#checks[@]} -gt 0 ] || checks=("${all[@]}")
  [ $json = 0 ] || printf '['
  for check in "${checks[@]}"; do
    run_check "$check"
    [ "$FOUND_STATUS" != fail ] || failed=$((failed + 1))
    [ "$FOUND_STATUS" != warn ] || warned=$((warned + 1))
    if [ $json = 1 ]; then
      [ $first = 1 ] || printf ',\n'
      first=0
      json_object name "${check//_/-}" status "$FOUND_STATUS" value "$FOUND_VALUE" cause "$FOUND_CAUSE" holder "$FOUND_HOLDER" fix "$FOUND_FIX"
    else
      show_check "$check"
    fi
  done
  if [ $json = 1 ]; then
    printf ']\n'
  else
    printf '\n%s checks: %s failed, %s warnings\n' ${#checks[@]} $failed $warned
  fi
  [ $failed = 0 ]
}
