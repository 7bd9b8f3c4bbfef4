# shellcheck shell=bash
# `up`: every step can be killed; the next `up` goes on.

# shellcheck disable=SC2034 # read elsewhere
YES=0

# The lock sits on the directory itself, so it leaves no file; children do not inherit it.
take_lock() {
  mkdir -p "$STATE"
  exec 9<"$STATE"
  flock -n 9 || die "another ./taylordash works on this stack" "it holds the lock of $STATE" "wait until it is done, or end it"
}

# shellcheck disable=SC2034 # YES is read by the installation
verb_up() {
  while [ $# -gt 0 ]; do
    case $1 in
      --yes | -y) YES=1 ;;
      -h | --help) usage && return ;;
      *) misuse "unknown option \"$1\" of up" "$(nearest "$1" --yes)" ;;
    esac
    shift
  done
  step preflight "checking the machine"
  gate host
  take_lock
  watch_silence
  ask_settings
  step install "looking for the engine and the tools"
  finish_dpkg
  install_missing
  step engine "starting the engine"
  start_engine
  step preflight-engine "checking the engine"
  gate engine
  step settings "settings"
  save_settings
  step secrets "secrets"
  make_secrets
  step ca "certificate authority"
  make_ca
  step certificates "certificates"
  make_leaves
  make_host_ca
  step images "images"
  ROWS=$(compose_rows || true)
  get_images
  get_own_images
  step portal-image "portal image"
  build_portal
  step start "starting the services"
  choose_services
  make_targets
  make_desired
  start_services
  remove_replaced
  step renew "restarting what has a new certificate or configuration"
  restart_renewed
  step health "waiting until every service is healthy"
  wait_healthy
  wait_reachable
  step admin "the first admin"
  first_admin
  report
}
