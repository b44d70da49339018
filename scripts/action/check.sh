#!/usr/bin/env bash
# Second step of action.yml: runs `sonde check` and says how it ended. Everything a user may set comes in the environment, and
# none of it is ever part of this text: a value with a quote or a `$(…)` in it stays a value.
#   SONDE_FILE SONDE_VARS SONDE_ONLY SONDE_TAGS SONDE_REPORTERS SONDE_RETRIES SONDE_DEADLINE SONDE_FAIL_ON_UNKNOWN
#   GITHUB_OUTPUT  gets `status` and `result`        GITHUB_STEP_SUMMARY  is written by `--reporter github`
set -uo pipefail

arguments=(--reporter pretty --reporter github)

# Adds one option for each line of a value, without the blanks around it; empty lines are no values.
add_lines() {
  local option=$1 line
  while IFS= read -r line || [ -n "$line" ]; do
    line=${line#"${line%%[![:space:]]*}"}
    line=${line%"${line##*[![:space:]]}"}
    if [ -n "$line" ]; then arguments+=("--$option=$line"); fi
  done <<< "$2"
}

add_lines vars "$SONDE_VARS"
add_lines only "$SONDE_ONLY"
add_lines tag "$SONDE_TAGS"
add_lines reporter "$SONDE_REPORTERS"
if [ -n "$SONDE_RETRIES" ]; then arguments+=("--retries=$SONDE_RETRIES"); fi
if [ -n "$SONDE_DEADLINE" ]; then arguments+=("--deadline=$SONDE_DEADLINE"); fi

sonde check "${arguments[@]}" -- "$SONDE_FILE"
status=$?

case $status in
  0) result=passed ;;
  1) result=failed ;;
  3) result=unknown ;;
  *) result=error ;;
esac
printf 'status=%s\nresult=%s\n' "$status" "$result" >> "$GITHUB_OUTPUT"

if [ "$status" -eq 3 ] && [ "$SONDE_FAIL_ON_UNKNOWN" = false ]; then
  echo '::warning title=sonde check::Something could not be measured here; fail-on-unknown is false, so the job goes on.'
  exit 0
fi
exit "$status"
