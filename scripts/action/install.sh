#!/usr/bin/env bash
# First step of action.yml: makes `sonde` a command of the steps behind it.
#   SONDE_PACKAGE      what npm is to install: name@version, a tarball, a Git URL; empty: the commit that the action is of
#   GITHUB_ACTION_PATH the action's checkout        RUNNER_TEMP, GITHUB_PATH  as GitHub sets them
set -euo pipefail

if [ -z "$SONDE_PACKAGE" ]; then
  # `npm ci` compiles and bundles: make, gcc, g++ and python3 are on GitHub's own runners.
  npm ci --no-audit --no-fund --prefix "$GITHUB_ACTION_PATH"
  commands="$GITHUB_ACTION_PATH/bin"
else
  npm install --no-audit --no-fund --prefix "$RUNNER_TEMP/sonde" "$SONDE_PACKAGE"
  commands="$RUNNER_TEMP/sonde/node_modules/.bin"
fi
"$commands/sonde" --version
printf '%s\n' "$commands" >> "$GITHUB_PATH"
