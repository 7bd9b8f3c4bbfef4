# shellcheck shell=bash
# People live in Keycloak, the audit in PostgreSQL; the command that knows them runs inside the worker.

# in_worker WHAT ARGUMENT...: WHAT cannot be reached while the worker does not run.
in_worker() {
  local what=$1
  shift
  need_engine "cannot reach $what"
  [ -n "$(worker_id)" ] || die "cannot reach $what" "no worker of project $TAYLORDASH_PROJECT runs" "./taylordash up starts the stack; ./taylordash status shows it"
  cli "$@"
}

verb_user() { in_worker "the list of people" user "$@"; }
verb_audit() { in_worker "the audit trail" audit "$@"; }
