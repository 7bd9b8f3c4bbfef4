# shellcheck shell=bash
# People live in Keycloak; the command that knows them runs inside the worker.

verb_user() {
  engine_answers || die "cannot reach the people's list" "the Docker engine does not answer" "./taylordash doctor says why"
  have_image "$(image_ref PORTAL)" || die "cannot reach the people's list" "the portal image is not here yet" "run ./taylordash up first"
  cli user "$@"
}

verb_audit() {
  engine_answers || die "cannot reach the audit trail" "the Docker engine does not answer" "./taylordash doctor says why"
  have_image "$(image_ref PORTAL)" || die "cannot reach the audit trail" "the portal image is not here yet" "run ./taylordash up first"
  cli audit "$@"
}
