# shellcheck shell=bash
# What the host command says: steps, failures, JSON, and a log file that exists only when there was work.

STARTED=$(date +%s)
LOG_FILE=
RUNNING_STEP=

say() { printf '%s\n' "$*"; }

# A command that fails where nobody expected it ends the run without a word: this says which and where, as it stands in
# the script: what it was called with may be a secret. die() takes the file away, since it may speak in a shell of its own.
SILENT=
FAILED=
note_failure() { FAILED="\"${1%%$'\n'*}\" (${2#"$ROOT/"} line $3)"; }
watch_silence() {
  set -E
  trap 'note_failure "$BASH_COMMAND" "${BASH_SOURCE[0]-}" "$LINENO"' ERR
  # Without room for it the run goes on: what is wrong is told by what needs the room.
  SILENT=$(mktemp 2>/dev/null) || return 0
  trap 'break_silence $?' EXIT
  # Whoever ends it needs no explanation.
  trap 'rm -f "$SILENT"; exit 129' HUP
  trap 'rm -f "$SILENT"; exit 130' INT
  trap 'rm -f "$SILENT"; exit 143' TERM
}
break_silence() {
  [ -n "$SILENT" ] && [ -e "$SILENT" ] || return 0
  rm -f "$SILENT"
  [ "$1" = 0 ] || die "stopped at the step \"$RUNNING_STEP\"" "${FAILED:-a command there} failed with status $1, which should not happen" \
    "./taylordash up goes on from here; if it stops here again, please report these lines: they hold no secret"
}

# die WHAT WHY FIX: every failure says what, why and what to do.
die() {
  [ -z "$SILENT" ] || rm -f "$SILENT"
  printf '\ntaylordash: %s\n  why: %s\n  do:  %s\n' "$1" "$2" "$3" >&2
  [ -z "$LOG_FILE" ] || printf '  log: %s\n' "$LOG_FILE" >&2
  exit 1
}

# misuse WHAT [HINT] [FIX]: words that nobody knows; HINT is the nearest that is known.
misuse() {
  [ -z "$SILENT" ] || rm -f "$SILENT"
  local hint=${2:-}
  printf 'taylordash: %s\n  why: this command does not know it%s\n  do:  %s\n' \
    "$1" "${hint:+; did you mean \"$hint\"?}" "${3:-./taylordash --help lists what it knows}" >&2
  exit 2
}

# incomplete WHAT FIX: a command that lacks a part.
incomplete() {
  printf 'taylordash: %s\n  why: the command is not complete without it\n  do:  %s\n' "$1" "$2" >&2
  exit 2
}

elapsed() { printf '%4ds' $(($(date +%s) - STARTED)); }

# step NAME DESCRIPTION: one progress line. TAYLORDASH_KILL_AT lets a test end the run here, as a power cut would.
step() {
  RUNNING_STEP=$1
  printf '[%s] %s\n' "$(elapsed)" "$2"
  [ -z "$LOG_FILE" ] || printf '\n== %s: %s\n' "$1" "$2" >>"$LOG_FILE"
  [ "${TAYLORDASH_KILL_AT:-}" != "$1" ] || kill -9 $$
}

detail() { printf '[%s]   %s\n' "$(elapsed)" "$*"; }

# The log file is made by the first thing worth logging, so that an `up` without work changes no file.
open_log() {
  [ -z "$LOG_FILE" ] || return 0
  mkdir -p "$STATE/logs"
  LOG_FILE=$STATE/logs/$(date +%Y%m%d-%H%M%S)-up.log
  (umask 077 && printf '== %s %s\n' "$(date)" "$RUNNING_STEP" >>"$LOG_FILE")
}

# logged COMMAND...: output goes to the log alone; descriptor 9 (the lock) is not handed on.
logged() {
  open_log
  printf '$ %s\n' "$*" >>"$LOG_FILE"
  "$@" >>"$LOG_FILE" 2>&1 </dev/null 9<&-
}

log_tail() { [ -z "$LOG_FILE" ] || tail -n "${1:-20}" "$LOG_FILE" | sed 's/^/    /' >&2; }

json_string() {
  local s=$1
  s=${s//\\/\\\\}
  s=${s//\"/\\\"}
  s=${s//$'\n'/\\n}
  s=${s//$'\t'/\\t}
  s=${s//$'\r'/\\r}
  printf '"%s"' "$s"
}

# json_object KEY VALUE ...: all values are strings.
json_object() {
  local first=1
  printf '{'
  while [ $# -gt 1 ]; do
    [ $first = 1 ] || printf ','
    printf '%s:%s' "$(json_string "$1")" "$(json_string "$2")"
    first=0
    shift 2
  done
  printf '}'
}

# nearest WORD CANDIDATE...: the candidate at most three edits and half its length away, or nothing.
nearest() {
  local word=$1
  shift
  printf '%s\n' "$@" | awk -v w="$word" '
    function least(a, b, c) { return a < b ? (a < c ? a : c) : (b < c ? b : c) }
    { n = length(w); m = length($0)
      for (i = 0; i <= n; i++) d[i, 0] = i
      for (j = 0; j <= m; j++) d[0, j] = j
      for (i = 1; i <= n; i++) for (j = 1; j <= m; j++)
        d[i, j] = least(d[i-1, j] + 1, d[i, j-1] + 1, d[i-1, j-1] + (substr(w, i, 1) != substr($0, j, 1)))
      if (d[n, m] <= 3 && d[n, m] * 2 <= m && (best == "" || d[n, m] < far)) { best = $0; far = d[n, m] } }
    END { print best }'
}
