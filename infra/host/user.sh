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

user_usage() {
  cat <<'TEXT'
Usage: ./taylordash user VERB [--json]

  list                     everybody: name, role, second factor, whether disabled
  add NAME --role ROLE     somebody new; prints a one-time password, the second factor is set up at the first sign-in
      --no-role            in place of --role: known, but may not enter yet
      --email ADDRESS      their e-mail address
      --totp               make the second factor now and print its otpauth address
      --permanent          the password need not be changed at the first sign-in
      --password-stdin     read the password from standard input, make none
  role NAME ROLE|none      change the role; none: no entry any more
  reset-password NAME      a new one-time password; ends the sessions
  reset-totp NAME          lost phone: a new second factor at the next sign-in
  disable NAME             no entry until enabled again; ends the sessions
  enable NAME              undo disable
  remove NAME --yes        remove for good; the audit keeps the name

ROLE is viewer, operator or admin.
TEXT
}

# The words of one verb in the usage, with its options.
user_usage_of() { user_usage | awk -v verb="$1" '/^$/ { here = 0 } /^  [a-z]/ { here = ($1 == verb) } here'; }

verb_user() {
  local verbs status=0
  case ${1:-} in
    '')
      user_usage >&2
      return 2
      ;;
    -h | --help | help)
      user_usage
      return
      ;;
  esac
  mapfile -t verbs < <(user_usage | awk '/^  [a-z]/ { print $1 }')
  [[ " ${verbs[*]} " == *" $1 "* ]] || {
    user_usage >&2
    misuse "unknown verb \"$1\" of user" "$(nearest "$1" "${verbs[@]}")" "./taylordash user VERB, as above"
  }
  if [[ " $* " =~ \ (-h|--help)\  ]]; then
    user_usage_of "$1"
    return
  fi
  in_worker "the list of people" user "$@" || status=$?
  # Said what was wrong with the words; this is how they go.
  [ $status != 2 ] || { printf './taylordash user\n' && user_usage_of "$1"; } >&2
  return $status
}

verb_audit() {
  case ${1:-} in
    verify) in_worker "the audit trail" audit "$@" ;;
    '') incomplete "audit wants a verb" "./taylordash audit verify" ;;
    *) misuse "unknown verb \"$1\" of audit" "$(nearest "$1" verify)" "./taylordash audit verify [--json]" ;;
  esac
}
